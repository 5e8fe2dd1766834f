# SPDX-License-Identifier: Apache-2.0
# For libcurl's sources: options nobody can set have the value they begin with, and the compiler drops
# what depends on them. (tools/deps.sh takes the setting of them out.)

# Texts: of cookies, netrc, pinned keys, Unix sockets and so on. These are set.
s/CURL_EASY_STR\(data, STRING_(CUSTOMREQUEST|NOPROXY|PASSWORD|PROXY|PROXYPASSWORD|PROXYUSERNAME|SET_URL|USERAGENT|USERNAME)\)/CURL_EASY_STR_(data, STRING_\1)/g
s/CURL_EASY_STR\(data, STRING_[A-Z0-9_]+\)/((const char *)NULL)/g
s/CURL_EASY_STR_\(data/CURL_EASY_STR(data/g

# Numbers and functions that are 0 and NULL. What is assigned to, or whose address is taken, stays.
s/->set\.([a-z_0-9]+)( *=[^=])/->SET.\1\2/g
s/([^&]&[a-z]+)->set\./\1->SET./g
s/\b(([a-z_]+->)*[a-z_]+)->set\.(connect_only|connect_only_ws|max_filesize|timecondition|timevalue|get_filetime|crlf|http_te_skip|http_ce_skip|http_follow_mode|opt_no_body|max_send_speed|set_resume_from|http_transfer_encoding|ignorecl|is_fread_set|include_header|low_speed_time|low_speed_limit|http_auto_referer|use_port|http_fail_on_error|localport|localportrange|tcp_keepalive|tunnel_thru_httpproxy|http_keep_sending_on_error|tcp_fastopen|reuse_fresh|allow_auth_to_other_hosts|http09_allowed|pipewait|scope_id|cookiesession|shutdowntimeout|use_ssl|prefer_ascii|post301|post302|post303|seek_func|errorbuffer|fdebug|fsockopt|ioctl_func|trailer_callback|fprereq|fxferinfo|fprogress|fwrite_rtp|resolver_start|fclosesocket|connect_to|http200aliases|proxyheaders|verbose)\b/(0 ? \1->set.\3 : 0)/g
s/->SET\./->set./g

# There is one thread.
s/Curl_mutex_(init|acquire|release|destroy)\(&share->lock\);/;/

# Nothing is read from a file or written to one: who does not say where a body goes to gets no transfer.
s/\b(set->(out|in_set|err)) = std(out|in|err);/\1 = NULL;/
s/\(curl_(write|read)_callback\)f(write|read)\b/NULL/
s/\bfseek\(data->state\.in, 0, SEEK_SET\)/-1/
s/^( *)curl_mfprintf\(data->set\.err, "\\n"\);/\1return 0;/

# The first slash of a URL is one of two: no search for texts is needed.
s/const char \*sep = strstr\(url, "\/\/"\);/const char *sep = strchr(url, '\/'); if(sep \&\& sep[1] != '\/') sep = NULL;/
