/* The options that a running server takes anew, as those who go by them want them. */
#ifndef TUNING_H
#define TUNING_H

#include "app/hub.h"
#include "net/peers.h"
#include "options.h"

/* What hub_set_limits takes. */
void tuning_hub(const struct options *options, struct hub_options *hub);
/* descriptors: as many as the process may have; UINT64_MAX: any number. Some of them are the
 * database's and the files', and some for those who are told that there is no place. */
void tuning_peers(const struct options *options, uint64_t descriptors,
		  struct net_peers_limits *limits);

#endif
