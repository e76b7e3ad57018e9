/* What the system tells of our process and of the database's files. */
#ifndef APP_PROCESS_H
#define APP_PROCESS_H

#include <stdint.h>

uint64_t process_cpu_us(void);
/* Of memory, resident; 0 where the system does not tell. */
uint64_t process_resident_bytes(void);
/* Of the database's file and of what SQLite keeps beside it. */
uint64_t process_database_bytes(const char *path);

#endif
