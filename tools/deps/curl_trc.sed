# SPDX-License-Identifier: Apache-2.0
# For libcurl's curl_trc.h: its messages are for people who can read English; ours are made of what it returns.
s/^#define failf Curl_failf$/#define failf(data, ...) do if(0) Curl_failf(data, __VA_ARGS__); while(0)/
