// SPDX-License-Identifier: Apache-2.0

#include "cjson_shim.h"

#include <cjson/cJSON.h>
#include <string.h>

cjson_node *cjson_parse(const uint8_t *bytes, size_t count, size_t *offset) {
  const char *end = NULL;
  cJSON *root = cJSON_ParseWithLengthOpts((const char *)bytes, count, &end, 0);
  *offset = end ? (size_t)(end - (const char *)bytes) : 0;
  return root;
}

void cjson_free(cjson_node *root) { cJSON_Delete(root); }

int32_t cjson_kind(const cjson_node *node) {
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
