// A C++ program on libfrust: every _INIT macro, a callback, a round trip.
#include <cstdio>
#include <string>

#include <frust/frust.h>

int main(int argc, char **argv)
{
	frust_options options = FRUST_OPTIONS_INIT;
	frust_filter filter = FRUST_FILTER_INIT;
	frust_limits limits = FRUST_LIMITS_INIT;
	frust_writer_options writer = FRUST_WRITER_OPTIONS_INIT;
	frust_change change = FRUST_CHANGE_INIT;
	frust_export_options exports = FRUST_EXPORT_OPTIONS_INIT;
	frust_import_options imports = FRUST_IMPORT_OPTIONS_INIT;
	frust_check_options check = FRUST_CHECK_OPTIONS_INIT;
	struct frust_record click = {};
	struct frust_error err;
	struct frust *db;
	std::string seen;

	if (argc != 2 || std::string(frust_version()) != FRUST_VERSION)
		return 2;
	if (writer.wake || change.dry_run || exports.formula_safe || imports.merge || check.no_scan)
		return 3;

	click.kind = FRUST_CLICK;
	click.timestamp = 1795406810;
	click.user = {" Anna", 5};
	options.mode = FRUST_CREATE;
	if (frust_record_clean(&click, &limits) != 0 ||
	    frust_open(argv[1], &options, &db, &err) < 0) {
		return 4;
	}
	const auto on_record = [](void *ctx, const struct frust_record *record) {
		static_cast<std::string *>(ctx)->append(record->user.at, record->user.len);
		return 0;
	};
	if (frust_apply(db, &click, 1, &err) < 0 ||
	    frust_records(db, FRUST_CLICK, &filter, on_record, &seen, &err) < 0) {
		std::fprintf(stderr, "%s\n", err.text);
		return 5;
	}
	frust_close(db);
	return seen == "Anna" ? 0 : 6;
}
