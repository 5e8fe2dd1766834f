// SPDX-License-Identifier: Apache-2.0
//
// Parsing by cJSON, and walking what was parsed. Freestanding: nodes are opaque.
#ifndef CJSON_SHIM_H
#define CJSON_SHIM_H
#include <stddef.h>
#include <stdint.h>
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

typedef struct cJSON cjson_node;

// Null when the bytes are no JSON or nested too deep; the offset is then where parsing stopped,
// else where the value ended. Free the root exactly once.
cjson_node *_Nullable cjson_parse(const uint8_t *_Nonnull bytes, size_t count,
                                  size_t *_Nonnull offset);
void cjson_free(cjson_node *_Nonnull root);

typedef enum {
  CJSON_NULL,
  CJSON_FALSE,
  CJSON_TRUE,
  CJSON_NUMBER,
  CJSON_STRING,
  CJSON_ARRAY,
  CJSON_OBJECT,
} cjson_type;
cjson_type cjson_kind(const cjson_node *_Nonnull node);
double cjson_number(const cjson_node *_Nonnull node);
// The text of a string, and the name of a member of an object: UTF-8, ended by NUL.
const uint8_t *_Nullable cjson_text(const cjson_node *_Nonnull node, size_t *_Nonnull count);
const uint8_t *_Nullable cjson_name(const cjson_node *_Nonnull node, size_t *_Nonnull count);
// The first element of an array or object, and the one after a given one.
const cjson_node *_Nullable cjson_first(const cjson_node *_Nonnull node);
const cjson_node *_Nullable cjson_next(const cjson_node *_Nonnull node);
#endif
