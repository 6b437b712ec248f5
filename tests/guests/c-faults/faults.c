// Goes wrong as the config key `behaviour` says, in the ways in which programs in C do.

#include "greenlight/hook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void endless(void) {
  volatile unsigned count = 0;
  for (;;)
    count++;
}

// The last piece, for a compiler leaves out memory that nobody looks at.
static char *volatile held;

// What most programs do that have no memory.
static void hold_all(void) {
  for (;;) {
    held = malloc(1 << 20);
    if (!held)
      abort();
    memset(held, 1, 1 << 20);
  }
}

static void ask_denied(exports_greenlight_hook_validator_verdict_t *verdict) {
  greenlight_hook_http_request_t request = {0};
  hook_string_set(&request.method, "GET");
  hook_string_set(&request.url, "https://denied.example.com/");
  greenlight_hook_http_response_t response;
  greenlight_hook_http_error_t error;
  if (greenlight_hook_http_fetch(&request, &response, &error)) {
    verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_PASS;
    return;
  }
  verdict->tag = EXPORTS_GREENLIGHT_HOOK_VALIDATOR_VERDICT_FAIL;
  verdict->val.fail = error.val.other;
}

void exports_greenlight_hook_validator_validate(exports_greenlight_hook_validator_verdict_t *verdict) {
  hook_string_t key;
  hook_string_set(&key, "behaviour");
  hook_option_string_t value = {0};
  wasi_config_store_error_t error;
  wasi_config_store_get(&key, &value, &error);
  char behaviour[16] = {0};
  memcpy(behaviour, value.val.ptr, value.val.len < 15 ? value.val.len : 15);
  if (strcmp(behaviour, "panic") == 0) {
    int items_in_stock = 0;
    assert(items_in_stock > 0);
  }
  if (strcmp(behaviour, "loop") == 0)
    endless();
  if (strcmp(behaviour, "memory") == 0)
    hold_all();
  ask_denied(verdict);
}
