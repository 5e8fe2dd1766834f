# SPDX-License-Identifier: Apache-2.0
# For libcurl's sources: options nobody can set have the value they begin with, and the compiler drops
# what depends on them. (tools/deps.sh takes the setting of them out.)

# Texts: of cookies, netrc, pinned keys, Unix sockets and so on. These are set.
s/CURL_EASY_STR\(data, STRING_(CUSTOMREQUEST|NOPROXY|PASSWORD|PROXY|PROXYPASSWORD|PROXYUSERNAME|SET_URL|USERAGENT|USERNAME)\)/CURL_EASY_STR_(data, STRING_\1)/g
s/CURL_EASY_STR\(data, STRING_[A-Z0-9_]+\)/((const char *)NULL)/g
s/CURL_EASY_STR_\(data/CURL_EASY_STR(data/g
