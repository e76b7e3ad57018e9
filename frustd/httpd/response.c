/* Answers as bytes: the status line, the header lines that every answer has, small bodies. */
#include <errno.h>
#include <time.h>

#include "base/json.h"
#include "httpd/conn.h"
#include "httpd/origin.h"

/* Up to here a body is cheaper copied behind its head than written as a span of its own. */
#define BODY_COPIED ((size_t)4096)

/* RFC 9110 §15 */
static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{426, "Upgrade Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

/* RFC 9110 §5.6.7; not strftime, which asks the locale. */
static void add_date(struct fr_buf *out, int64_t now)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = now;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return;
	fr_buf_printf(out, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday],
		      tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
		      tm.tm_sec);
}

/* What all answers of one second have in common. */
static struct fr_str common_lines(struct httpd_server *server)
{
	const struct httpd_options *options = &server->options;
	int64_t now = options->wall_clock ? options->wall_clock(options->wall_clock_ctx) : 0;
	struct fr_buf *common = &server->common;

	if (common->len && now == server->common_at)
		return fr_buf_str(common);
	fr_buf_clear(common);
	if (options->wall_clock)
		add_date(common, now);
	if (options->server.at) {
		fr_buf_add_str(common, FR_STR("Server: "));
		fr_buf_add_str(common, options->server);
		fr_buf_add_str(common, FR_STR("\r\n"));
	}
	/* "no-referrer" would have forms, which JSONP posts by, say "Origin: null" (Fetch §3.2) */
	fr_buf_add_str(common, FR_STR("X-Content-Type-Options: nosniff\r\n"
				      "Referrer-Policy: same-origin\r\n"));
	server->common_at = now;
	return fr_buf_str(common);
}

static void add_head(struct httpd_server *server, struct fr_buf *out,
		     const struct httpd_response *response, struct httpd_answer_mode mode,
		     size_t length)
{
	fr_buf_add_str(out, FR_STR("HTTP/1.1 "));
	fr_buf_add_u64(out, (uint64_t)response->status);
	fr_buf_add_char(out, ' ');
	fr_buf_add_str(out, fr_str_of(reason_of(response->status)));
	fr_buf_add_str(out, FR_STR("\r\n"));
	fr_buf_add_str(out, common_lines(server));
	if (response->type.at) {
		fr_buf_add_str(out, FR_STR("Content-Type: "));
		fr_buf_add_str(out, response->type);
		fr_buf_add_str(out, FR_STR("\r\n"));
	}
	/* RFC 9110 §8.6: not in a 204, and in a 304 only if it were the 200's. */
	if (response->status != 204 && response->status != 304) {
		fr_buf_add_str(out, FR_STR("Content-Length: "));
		fr_buf_add_u64(out, length);
		fr_buf_add_str(out, FR_STR("\r\n"));
	}
	if (mode.close)
		fr_buf_add_str(out, FR_STR("Connection: close\r\n"));
	else if (mode.old)
		fr_buf_add_str(out, FR_STR("Connection: keep-alive\r\n"));
	if (mode.request)
		httpd_origin_add_lines(mode.request, out);
	if (server->options.cors_count)
		fr_buf_add_str(out, FR_STR("Vary: Origin\r\n"));
	fr_buf_add_str(out, response->headers);
	fr_buf_add_str(out, FR_STR("\r\n"));
}

int httpd_response_add(struct httpd_server *server, struct httpd_work *work,
		       const struct httpd_response *response, struct httpd_answer_mode mode)
{
	struct fr_str body = response->chunk ? net_chunk_str(response->chunk) : response->body;
	bool bodiless = mode.head || response->status == 204 || response->status == 304;

	add_head(server, &work->out, response, mode, body.len);
	if (bodiless || body.len <= BODY_COPIED) {
		if (!bodiless)
			fr_buf_add_str(&work->out, body);
		return fr_buf_error(&server->common) < 0 ? -ENOMEM : fr_buf_error(&work->out);
	}
	work->chunk_sent = 0;
	work->chunk = response->chunk ? net_chunk_ref(response->chunk)
				      : net_chunk_of(body.at, body.len);
	return work->chunk && fr_buf_error(&server->common) == 0 ? fr_buf_error(&work->out)
								 : -ENOMEM;
}

void httpd_response_error_body(struct fr_buf *out, int status, struct fr_str text)
{
	fr_buf_add_str(out, FR_STR("{\"error\": "));
	fr_json_add_str(out, text.at ? text : fr_str_of(reason_of(status)));
	fr_buf_add_char(out, '}');
}
