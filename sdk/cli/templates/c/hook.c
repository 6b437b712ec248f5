// Asks the new release for one path, and fails the deployment unless it answers 200.

#include "greenlight/hook.h"

#include <stdarg.h>
#include <stdio.h>

typedef exports_greenlight_hook_validator_verdict_t verdict_t;

__attribute__((format(printf, 2, 3))) static void fail(verdict_t *verdict, const char *format, ...) {
  char reason[1024];
  va_list values;
  va_start(values, format);
  vsnprintf(reason, sizeof reason, format, values);
  va_end(values);
  verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_FAIL;
  hook_string_dup(&verdict->val.fail, reason);
}

static void check(const char *name, bool good, const char *detail) {
  hook_string_t name_string, detail_string;
  hook_string_set(&name_string, name);
  hook_string_set(&detail_string, detail);
  greenlight_hook_report_check(
      &name_string, good ? GREENLIGHT_HOOK_REPORT_OUTCOME_PASS : GREENLIGHT_HOOK_REPORT_OUTCOME_FAIL,
      &detail_string);
}

// Puts together the URL to ask. False when the deployment has no test listener.
static bool test_url(char *url, size_t size) {
  hook_string_t base, key;
  if (!greenlight_hook_deployment_test_url(&base))
    return false;
  hook_string_set(&key, "path");
  hook_option_string_t path = {0};
  wasi_config_store_error_t error;
  if (!wasi_config_store_get(&key, &path, &error))
    wasi_config_store_error_free(&error);
  if (path.is_some)
    snprintf(url, size, "%.*s%.*s", (int)base.len, (const char *)base.ptr, (int)path.val.len,
             (const char *)path.val.ptr);
  else
    snprintf(url, size, "%.*s/health", (int)base.len, (const char *)base.ptr);
  hook_option_string_free(&path);
  hook_string_free(&base);
  return true;
}

void exports_greenlight_hook_validator_validate(verdict_t *verdict) {
  char url[1024], detail[1024];
  if (!test_url(url, sizeof url)) {
    fail(verdict, "this deployment has no test listener; add one to the deployment group");
    return;
  }
  greenlight_hook_http_request_t request = {.timeout_ms = {.is_some = true, .val = 5000}};
  hook_string_set(&request.method, "GET");
  hook_string_set(&request.url, url);
  greenlight_hook_http_response_t response;
  greenlight_hook_http_error_t error;
  if (!greenlight_hook_http_fetch(&request, &response, &error)) {
    // Every case of the error is a sentence.
    fail(verdict, "GET %s: %.*s", url, (int)error.val.other.len, (const char *)error.val.other.ptr);
    greenlight_hook_http_error_free(&error);
    return;
  }
  snprintf(detail, sizeof detail, "GET %s answered %d, expected 200", url, response.status);
  check("status", response.status == 200, detail);
  if (response.status == 200)
    verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_PASS;
  else
    fail(verdict, "%s", detail);
  greenlight_hook_http_response_free(&response);
}
