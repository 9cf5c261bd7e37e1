/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/courier.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define URL_ROOM 2048u
#define HEADER_ROOM 256u

struct reading {
	const char *data;
	size_t left;
};

static size_t give(char *buffer, size_t size, size_t count, void *context)
{
	struct reading *reading = context;
	size_t taken = size * count;
	assert(reading->data != NULL);
	if (taken > reading->left)
		taken = reading->left;
	memcpy(buffer, reading->data, taken);
	reading->data += taken;
	reading->left -= taken;
	return taken;
}

/* What is answered is counted and forgotten. */
static size_t drop(char *data, size_t size, size_t count, void *context)
{
	size_t *dropped = context;
	(void)data;
	*dropped += size * count;
	return *dropped > COURIER_ANSWER_MAX ? 0 : size * count;
}

static int code_of(CURLcode result)
{
	switch (result) {
	case CURLE_OUT_OF_MEMORY:
		return ERR_MEMORY;
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_USE_SSL_FAILED:
		return ERR_CRYPTO;
	case CURLE_LOGIN_DENIED:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_SEND_ERROR:
		return ERR_PERMISSION;
	default:
		return ERR_NETWORK;
	}
}

/* What both ways have in common. */
static void set_limits(CURL *curl, const char *ca, const char *protocols, size_t *dropped)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, COURIER_CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, COURIER_TIME_MS);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, dropped);
	/* The library has a file and a folder of its own, and would trust those of both. */
	if (ca != NULL) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
}

/* The code that the other side answered last, 0: none. */
static int perform(CURL *curl, struct complaint *complaint, long *ret_code)
{
	char said[CURL_ERROR_SIZE] = "";
	assert(curl != NULL);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
	const CURLcode result = curl_easy_perform(curl);
	long code = 0;
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	*ret_code = code;
	if (result == CURLE_OK)
		return OK;
	return complain(complaint, code_of(result), "%s",
			said[0] == '\0' ? curl_easy_strerror(result) : said);
}

/* "smtps://HOST/NAME": curl says the name in EHLO, and would say this machine's. */
static void write_url(const struct courier_settings *settings, char url[URL_ROOM])
{
	const char *domain = strrchr(settings->from, '@');
	assert(domain != NULL);
	const int length = snprintf(url, URL_ROOM, "%s/%s", settings->server, domain + 1);
	assert(length > 0 && (size_t)length < URL_ROOM);
	(void)length;
}

int courier_mail(const struct courier_settings *settings, const char *to,
		 struct courier_octets mail, struct complaint *complaint)
{
	char url[URL_ROOM];
	struct reading reading = {mail.data, mail.size};
	size_t dropped = 0;
	long code = 0;
	assert(strpbrk(to, "\r\n<>") == NULL && mail.size > 0);
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	CURL *curl = curl_easy_init();
	int error = ERR_MEMORY;
	if (curl == NULL || recipients == NULL)
		goto out;
	write_url(settings, url);
	set_limits(curl, settings->ca, "smtp,smtps", &dropped);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_USE_SSL,
			 (long)(settings->has_no_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (settings->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, settings->password);
	}
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, settings->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail.size);
	error = perform(curl, complaint, &code);
	if (error != OK)
		(void)complain_more(complaint, error, "mail to '%s' by %s", to, settings->server);
out:
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	return error;
}

static struct curl_slist *make_headers(const char *key)
{
	char line[HEADER_ROOM];
	struct curl_slist *first = curl_slist_append(NULL, "Content-Type: text/plain");
	struct curl_slist *list = NULL;
	assert(strlen(key) < HEADER_ROOM / 2);
	(void)snprintf(line, sizeof(line), "Idempotency-Key: \"%s\"", key);
	/* No wait for "100 Continue". */
	if (first != NULL && curl_slist_append(first, "Expect:") != NULL)
		list = curl_slist_append(first, line);
	if (list == NULL)
		curl_slist_free_all(first);
	return list;
}

int courier_post(const struct courier_post *post, struct complaint *complaint)
{
	size_t dropped = 0;
	long code = 0;
	assert(strncmp(post->url, "https://", 8) == 0 && post->body.size > 0);
	struct curl_slist *headers = make_headers(post->key);
	CURL *curl = curl_easy_init();
	int error = ERR_MEMORY;
	if (curl == NULL || headers == NULL)
		goto out;
	set_limits(curl, post->ca, "https", &dropped);
	curl_easy_setopt(curl, CURLOPT_URL, post->url);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body.data);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.size);
	error = perform(curl, complaint, &code);
	/* It answered, and went on for longer than we listen. */
	if (error != OK && dropped > COURIER_ANSWER_MAX)
		error = OK;
	if (error != OK)
		(void)complain_more(complaint, error, "webhook");
	else if (code < 200 || code > 299)
		error = complain(complaint, ERR_PERMISSION, "webhook: it answered %ld%s", code,
				 code >= 300 && code < 400 ? "; no redirect is followed" : "");
out:
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return error;
}
