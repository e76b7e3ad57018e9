/* Codes and sentences for what went wrong, and the version. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *frust_strerror(int code)
{
	switch (code) {
	case 0:
		return "fine";
	case FRUST_EINVAL:
		return "bad argument";
	case FRUST_ENOMEM:
		return "out of memory";
	case FRUST_EOPEN:
		return "the database cannot be opened";
	case FRUST_ENOTDB:
		return "not a frust database";
	case FRUST_ESCHEMA:
		return "the database's schema is not ours or newer than this version";
	case FRUST_ECORRUPT:
		return "the database file is damaged";
	case FRUST_EBUSY:
		return "the database is locked by another process";
	case FRUST_EFULL:
		return "the queue is full";
	case FRUST_ENOSPC:
		return "no space left on the device";
	case FRUST_EREADONLY:
		return "the database is read-only";
	case FRUST_EIO:
		return "the system failed to read or write";
	case FRUST_EGONE:
		return "the database file was deleted or replaced";
	case FRUST_ESTOPPED:
		return "the writer has stopped";
	case FRUST_ESTORE:
		return "the store failed";
	case FRUST_ENOENT:
		return "there is no such thing";
	case FRUST_EEXIST:
		return "it is there already";
	case FRUST_EFORMAT:
		return "not in its format";
	default:
		return "unknown error";
	}
}

const char *frust_version(void)
{
	return FRUST_VERSION;
}

int frust__fail(struct frust_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	va_start(args, format);
	if (vsnprintf(err->text, sizeof(err->text), format, args) < 0)
		err->text[0] = '\0';
	va_end(args);
	for (char *c = err->text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return code;
}

bool frust__options_copy(void *ours, size_t size, const void *theirs)
{
	size_t given;

	memcpy(&given, theirs, sizeof(given));
	if (given < sizeof(given))
		return false;
	memcpy(ours, theirs, given < size ? given : size);
	return true;
}
