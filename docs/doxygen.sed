# The public headers as doxygen reads them: their plain comments, marked as it wants them. Lines stay
# where they are, so that its warnings name the right ones.

# A file's first comment is the file's.
1s,^/\* (.*) \*/$,/** \1 @file */,
1s,^/\*$,/** @file,

# A comment before something; titles of sections are not about what follows them.
/^[\t ]*\/\* ---/!s,^([\t ]*)/\* ,\1/** ,
s,^/\*$,/**,

# A comment behind something; for "int a, b; /* both */" it is said of each.
s,^([^/]*[;\,{)] *)/\* ,\1/**< ,
:each
s,(\w+) (\w+)\, ([a-z_\, ]+;) */\*\*< (.*) \*/$,\1 \2; /**< \4 */ \1 \3 /**< \4 */,
t each

# What is the same for all options and filters is not said in each header.
s,^\tsize_t size;$,& /**< The struct's own size as the _INIT macro sets it. */,
s,^#define FRUST_[A-Z]*_?[A-Z]*_INIT.*,/** What to start from: the defaults. */ &,
