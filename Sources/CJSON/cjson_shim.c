// SPDX-License-Identifier: Apache-2.0

#include "cjson_shim.h"

#include <cjson/cJSON.h>
#include <string.h>

// What cJSON reads numbers with (tools/deps.sh): exact for integers up to 2^53, else near. The C library's
// strtod is right to the last bit, for 10 kB.
double cjson_strtod(const char *text, char **end) {
  const char *at = text + (*text == '-'), *digits = at;
  double value = 0, scale = 1;
  int exponent = 0, negative;
  for (; *at >= '0' && *at <= '9'; at++) value = value * 10 + (*at - '0');
  if (*at == '.') {
    for (at++; *at >= '0' && *at <= '9'; at++) {
      value = value * 10 + (*at - '0');
      scale *= 10;
    }
  }
  *end = (char *)(at > digits ? at : text);
  if (at > digits && (*at | 0x20) == 'e') {
    negative = at[1] == '-';
    at += at[1] == '-' || at[1] == '+' ? 2 : 1;
    for (digits = at; *at >= '0' && *at <= '9'; at++)
      if (exponent < 400) exponent = exponent * 10 + (*at - '0');
    if (at > digits) *end = (char *)at;
    while (at > digits && exponent--) {
      if (negative) scale *= 10;
      else value *= 10;
    }
  }
  value /= scale;
  return *text == '-' ? -value : value;
}

cjson_node *cjson_parse(const uint8_t *bytes, size_t count, size_t *offset) {
  const char *end = NULL;
  cJSON *root = cJSON_ParseWithLengthOpts((const char *)bytes, count, &end, 0);
  *offset = end ? (size_t)(end - (const char *)bytes) : 0;
  return root;
}

void cjson_free(cjson_node *root) { cJSON_Delete(root); }

cjson_type cjson_kind(const cjson_node *node) {
  switch (node->type & 0xff) {
    case cJSON_False: return CJSON_FALSE;
    case cJSON_True: return CJSON_TRUE;
    case cJSON_Number: return CJSON_NUMBER;
    case cJSON_String: return CJSON_STRING;
    case cJSON_Array: return CJSON_ARRAY;
    case cJSON_Object: return CJSON_OBJECT;
    default: return CJSON_NULL;
  }
}

double cjson_number(const cjson_node *node) { return node->valuedouble; }

static const uint8_t *measured(const char *text, size_t *count) {
  *count = text ? strlen(text) : 0;
  return (const uint8_t *)text;
}

const uint8_t *cjson_text(const cjson_node *node, size_t *count) {
  return measured(node->valuestring, count);
}

const uint8_t *cjson_name(const cjson_node *node, size_t *count) {
  return measured(node->string, count);
}

const cjson_node *cjson_first(const cjson_node *node) { return node->child; }
const cjson_node *cjson_next(const cjson_node *node) { return node->next; }
