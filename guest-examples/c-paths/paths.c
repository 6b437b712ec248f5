// Asks a list of paths and holds each to the status that it must answer with.
//
// Config keys: `paths`, a list such as `/health, /admin=403`, and `timeout_ms`. The README says more.

#include "greenlight/hook.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PATHS "/health"
#define DEFAULT_STATUS 200
#define DEFAULT_TIMEOUT_MS 5000
#define REASON_BYTES 1024

// One entry of the config key `paths`.
struct expectation {
  char path[512];
  int status;
};

// What is wrong so far, as a sentence for the verdict.
struct reason {
  char text[REASON_BYTES];
  size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct reason *reason, const char *format, ...) {
  size_t room = sizeof reason->text - reason->length;
  va_list values;
  va_start(values, format);
  int written = vsnprintf(reason->text + reason->length, room, format, values);
  va_end(values);
  if (written > 0)
    reason->length += (size_t)written < room ? (size_t)written : room - 1;
}

// The bindings take strings that are not theirs as long as the call lasts.
static hook_string_t borrowed(const char *text) {
  hook_string_t string;
  hook_string_set(&string, text);
  return string;
}

// A config value as a C string, or a copy of `fallback`; the caller frees it.
static char *config(const char *key, const char *fallback) {
  hook_string_t name = borrowed(key);
  hook_option_string_t value = {0};
  wasi_config_store_error_t error;
  if (!wasi_config_store_get(&name, &value, &error)) {
    wasi_config_store_error_free(&error);
    return strdup(fallback);
  }
  if (!value.is_some)
    return strdup(fallback);
  char *text = strndup((const char *)value.val.ptr, value.val.len);
  hook_option_string_free(&value);
  return text;
}

static void check(const char *name, bool good, const char *detail) {
  hook_string_t name_string = borrowed(name), detail_string = borrowed(detail);
  greenlight_hook_report_check(
      &name_string, good ? GREENLIGHT_HOOK_REPORT_OUTCOME_PASS : GREENLIGHT_HOOK_REPORT_OUTCOME_FAIL,
      &detail_string);
}

// Reads `/path` or `/path=status`. False when it is neither.
static bool parse(char *entry, struct expectation *expected) {
  while (isspace((unsigned char)*entry))
    entry++;
  size_t length = strlen(entry);
  while (length > 0 && isspace((unsigned char)entry[length - 1]))
    entry[--length] = '\0';

  expected->status = DEFAULT_STATUS;
  char *equals = strrchr(entry, '=');
  if (equals) {
    char *end;
    long status = strtol(equals + 1, &end, 10);
    if (*end != '\0' || status < 100 || status > 599)
      return false;
    *equals = '\0';
    expected->status = (int)status;
  }
  int written = snprintf(expected->path, sizeof expected->path, "%s", entry);
  return entry[0] == '/' && (size_t)written < sizeof expected->path;
}

// Asks one path. Returns whether it answered as expected, and adds to the reason when not.
static bool ask(const char *base, const struct expectation *expected, uint32_t timeout_ms, struct reason *reason) {
  char url[1024], detail[512];
  snprintf(url, sizeof url, "%s%s", base, expected->path);
  greenlight_hook_http_request_t request = {
      .method = borrowed("GET"),
      .url = borrowed(url),
      .timeout_ms = {.is_some = true, .val = timeout_ms},
  };
  greenlight_hook_http_response_t response;
  greenlight_hook_http_error_t error;
  if (!greenlight_hook_http_fetch(&request, &response, &error)) {
    // Every case of the error is a sentence.
    snprintf(detail, sizeof detail, "%.*s", (int)error.val.other.len, (const char *)error.val.other.ptr);
    check(expected->path, false, detail);
    add(reason, "%s%s: %s", reason->length ? "; " : "", expected->path, detail);
    greenlight_hook_http_error_free(&error);
    return false;
  }
  bool good = response.status == expected->status;
  snprintf(detail, sizeof detail, "answered %d in %llu us%s", response.status,
           (unsigned long long)response.elapsed_us, good ? "" : ", which was not expected");
  check(expected->path, good, detail);
  if (!good)
    add(reason, "%s%s answered %d, expected %d", reason->length ? "; " : "", expected->path, response.status,
        expected->status);
  greenlight_hook_http_response_free(&response);
  return good;
}

static void fail(exports_greenlight_hook_validator_verdict_t *verdict, const char *reason) {
  verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_FAIL;
  hook_string_dup(&verdict->val.fail, reason);
}

void exports_greenlight_hook_validator_validate(exports_greenlight_hook_validator_verdict_t *verdict) {
  hook_string_t url;
  if (!greenlight_hook_deployment_test_url(&url)) {
    fail(verdict, "this deployment has no test listener; add one to the deployment group");
    return;
  }
  char *base = strndup((const char *)url.ptr, url.len);
  hook_string_free(&url);

  struct reason reason = {0};
  char *timeout_text = config("timeout_ms", "");
  long timeout_ms = *timeout_text ? strtol(timeout_text, NULL, 10) : DEFAULT_TIMEOUT_MS;
  if (timeout_ms <= 0)
    add(&reason, "config key `timeout_ms` is `%s`, expected milliseconds above 0", timeout_text);

  char *paths = config("paths", DEFAULT_PATHS);
  char *rest = paths;
  for (char *entry; reason.length < REASON_BYTES / 2 && timeout_ms > 0 && (entry = strsep(&rest, ",")) != NULL;) {
    struct expectation expected;
    if (parse(entry, &expected))
      ask(base, &expected, (uint32_t)timeout_ms, &reason);
    else
      add(&reason, "%sconfig key `paths` has `%s`, expected `/path` or `/path=status`", reason.length ? "; " : "", entry);
  }
  if (reason.length > 0)
    fail(verdict, reason.text);
  else
    verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_PASS;
  free(base);
  free(timeout_text);
  free(paths);
}
