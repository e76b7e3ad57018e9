#include "doctor/visit.h"

#include <poll.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#define BODY_MAX (16 * 1024 * 1024) /* bytes; nothing that we ask for is longer */
#define FRAME_MAX 65535             /* bytes of a frame's payload; the first ones are short */

struct visit {
	struct visit_options options;
	CURL *curl;
	CURL *socket;       /* the WebSocket's connection, or NULL */
	struct fr_buf rest; /* of it: read and not yet looked at */
};

void answer_fini(struct answer *answer)
{
	fr_buf_fini(&answer->head);
	fr_buf_fini(&answer->body);
}

struct fr_str answer_header(const struct answer *answer, struct fr_str name)
{
	struct fr_str rest = fr_buf_str(&answer->head);

	while (rest.len > 0) {
		size_t end = fr_str_find(rest, '\n');
		struct fr_str line = fr_str(rest.at, end);
		size_t colon = fr_str_find(line, ':');

		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (colon < line.len && fr_str_caseeq(fr_str(line.at, colon), name))
			return fr_str_trim_ows(fr_str_skip(line, colon + 1));
		rest = end < rest.len ? fr_str_skip(rest, end + 1) : FR_STR_NULL;
	}
	return FR_STR_NULL;
}

struct visit *visit_new(const struct visit_options *options)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	if (!visit)
		return NULL;
	visit->options = *options;
	visit->curl = curl_easy_init();
	if (!visit->curl) {
		visit_free(visit);
		return NULL;
	}
	return visit;
}

void visit_free(struct visit *visit)
{
	if (!visit)
		return;
	visit_hang_up(visit);
	curl_easy_cleanup(visit->curl);
	fr_buf_fini(&visit->rest);
	free(visit);
}

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
	struct fr_buf *out = ctx;

	if (out->len + size * n > BODY_MAX)
		return 0;
	fr_buf_add(out, bytes, size * n);
	return fr_buf_error(out) == 0 ? size * n : 0;
}

/* A head of several answers (100 Continue) ends with the last one's. */
static size_t take_head(char *bytes, size_t size, size_t n, void *ctx)
{
	if (size * n > 5 && memcmp(bytes, "HTTP/", 5) == 0)
		fr_buf_clear(ctx);
	return take(bytes, size, n, ctx);
}

static void clear(struct answer *answer)
{
	answer->status = 0;
	answer->error[0] = '\0';
	fr_buf_clear(&answer->head);
	fr_buf_clear(&answer->body);
}

/* What every request of ours has. False without memory. */
static bool prepare(const struct visit *visit, CURL *curl, const char *path)
{
	struct fr_buf url = FR_BUF_INIT;
	bool fine;

	curl_easy_reset(curl);
	fr_buf_printf(&url, "%s%s", visit->options.url, path);
	fr_buf_add_char(&url, '\0');
	fine = fr_buf_error(&url) == 0 && curl_easy_setopt(curl, CURLOPT_URL, url.at) == CURLE_OK;
	fr_buf_fini(&url);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "frustd-doctor");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, visit->options.insecure ? 0L : 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, visit->options.insecure ? 0L : 2L);
	return fine;
}

bool visit_ask(struct visit *visit, const struct request *request, struct answer *answer)
{
	CURL *curl = visit->curl;
	struct curl_slist *headers = NULL;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;

	clear(answer);
	if (!prepare(visit, curl, request->path))
		goto out;
	headers = curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; i < FR_ARRAY_LEN(request->headers) && request->headers[i]; i++)
		headers = curl_slist_append(headers, request->headers[i]);
	if (request->body) {
		headers = curl_slist_append(headers, "Content-Type: text/plain;charset=UTF-8");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
	}
	if (!headers)
		goto out;
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
			 request->timeout ? request->timeout : visit->options.timeout);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer->head);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
out:
	if (code == CURLE_OK)
		answer->status = (int)status;
	else
		snprintf(answer->error, sizeof(answer->error), "%s", curl_easy_strerror(code));
	curl_slist_free_all(headers);
	return code == CURLE_OK;
}

/* --- WebSocket --- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until the connection can be read (or written); false when it is too late. */
static bool wait_for(CURL *curl, short events, int64_t until)
{
	curl_socket_t fd;
	struct pollfd poller;
	int64_t left = until - now_ms();

	if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || left <= 0)
		return false;
	poller = (struct pollfd){.fd = fd, .events = events};
	return poll(&poller, 1, (int)left) > 0;
}

static bool send_all(CURL *curl, struct fr_str bytes, int64_t until)
{
	while (bytes.len > 0) {
		size_t n = 0;
		CURLcode code = curl_easy_send(curl, bytes.at, bytes.len, &n);

		if (code != CURLE_OK && code != CURLE_AGAIN)
			return false;
		bytes = fr_str_skip(bytes, n);
		if (code == CURLE_AGAIN && !wait_for(curl, POLLOUT, until))
			return false;
	}
	return true;
}

/* Appends what comes next to visit->rest. False at the end, or when it is too late. */
static bool recv_more(struct visit *visit, int64_t until)
{
	char bytes[4096];
	size_t n = 0;
	CURLcode code;

	while ((code = curl_easy_recv(visit->socket, bytes, sizeof(bytes), &n)) == CURLE_AGAIN)
		if (!wait_for(visit->socket, POLLIN, until))
			return false;
	fr_buf_add(&visit->rest, bytes, code == CURLE_OK ? n : 0);
	return code == CURLE_OK && n > 0 && visit->rest.len <= BODY_MAX &&
	       fr_buf_error(&visit->rest) == 0;
}

/* Reads the answer's head: from visit->rest to answer->head. */
static bool recv_head(struct visit *visit, struct answer *answer, int64_t until)
{
	const char *end;

	for (;;) {
		end = visit->rest.len ? memmem(visit->rest.at, visit->rest.len, "\r\n\r\n", 4)
				      : NULL;
		if (end)
			break;
		if (!recv_more(visit, until))
			return false;
	}
	fr_buf_add(&answer->head, visit->rest.at, (size_t)(end - visit->rest.at) + 4);
	fr_buf_drop(&visit->rest, answer->head.len);
	fr_buf_add_char(&answer->head, '\0');
	if (fr_buf_error(&answer->head) < 0)
		return false;
	answer->head.len--;
	return sscanf(answer->head.at, "HTTP/1.%*1[01] %3d", &answer->status) == 1;
}

static void write_handshake(const struct visit *visit, const char *path, const char *origin,
			    struct fr_buf *out)
{
	const char *host = strstr(visit->options.url, "://") + 3;

	fr_buf_printf(
		out,
		"GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: ZnJ1c3RkLWRvY3RvciBoZQ==\r\nUser-Agent: frustd-doctor\r\n\r\n",
		path, host, origin);
}

bool visit_upgrade(struct visit *visit, const char *path, const char *origin, struct answer *answer)
{
	int64_t until = now_ms() + visit->options.timeout;
	struct fr_buf ask = FR_BUF_INIT;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	bool came = false;

	clear(answer);
	visit_hang_up(visit);
	write_handshake(visit, path, origin, &ask);
	visit->socket = curl_easy_init();
	if (visit->socket && prepare(visit, visit->socket, "") && fr_buf_error(&ask) == 0) {
		curl_easy_setopt(visit->socket, CURLOPT_CONNECT_ONLY, 1L);
		curl_easy_setopt(visit->socket, CURLOPT_TIMEOUT_MS, visit->options.timeout);
		code = curl_easy_perform(visit->socket);
	}
	if (code == CURLE_OK)
		came = send_all(visit->socket, fr_buf_str(&ask), until) &&
		       recv_head(visit, answer, until);
	if (!came)
		snprintf(answer->error, sizeof(answer->error), "%s",
			 code == CURLE_OK ? "no answer came" : curl_easy_strerror(code));
	fr_buf_fini(&ask);
	return came && answer->status == 101;
}

/* A whole text frame at the front of rest: its payload. Its size, 0 for more, or -1 for another. */
static long text_frame(struct fr_str rest, struct fr_str *payload)
{
	const uint8_t *at = (const uint8_t *)rest.at;
	size_t n, head = 2;

	if (rest.len < 2)
		return 0;
	n = at[1];
	if (n == 126) {
		head = 4;
		if (rest.len < head)
			return 0;
		n = (size_t)at[2] << 8 | at[3];
	}
	if (at[0] != 0x81 || at[1] > 126 || n > FRAME_MAX)
		return -1;
	*payload = fr_str(rest.at + head, n);
	return rest.len < head + n ? 0 : (long)(head + n);
}

bool visit_frame(struct visit *visit, long timeout, struct fr_buf *out)
{
	int64_t until = now_ms() + timeout;
	struct fr_str payload = FR_STR_NULL;
	long size;

	fr_buf_clear(out);
	while ((size = text_frame(fr_buf_str(&visit->rest), &payload)) == 0)
		if (!visit->socket || !recv_more(visit, until))
			return false;
	if (size < 0)
		return false;
	fr_buf_add_str(out, payload);
	fr_buf_drop(&visit->rest, (size_t)size);
	return fr_buf_error(out) == 0;
}

void visit_hang_up(struct visit *visit)
{
	curl_easy_cleanup(visit->socket);
	visit->socket = NULL;
	fr_buf_clear(&visit->rest);
}
