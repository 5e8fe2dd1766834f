// SPDX-License-Identifier: Apache-2.0

import CCurl

extension TransferHandle {
  /// Why the transfer has no answer; nil when it has one.
  func failure(of request: HTTPRequest) -> NetError.Kind? {
    switch number(CCURL_TOO_LARGE) {
    case 1: return .tooLarge(.fields, limit: request.fieldLimit)
    case 2: return .tooLarge(.body, limit: request.bodyLimit)
    default: break
    }
    let outcome = number(CCURL_OUTCOME)
    if outcome == Int64(CCURL_ANSWERED) { return hasCompleteHead ? nil : .closedEarly }
    let proxyStatus = Int(number(CCURL_PROXY_STATUS))
    if proxyStatus > 0, proxyStatus / 100 != 2 { return .proxyRefused(status: proxyStatus) }
    switch outcome {
    case Int64(CCURL_NOT_CONNECTED): return connectFailure
    case Int64(CCURL_NOT_VERIFIED): return .certificate(certificateFault)
    case Int64(CCURL_NOT_SECURED): return handshakeFailure
    case Int64(CCURL_CLOSED): return .closedEarly
    case Int64(CCURL_GARBLED): return wasCut ? .closedEarly : .notHTTP
    case Int64(CCURL_FIELDS_TOO_LONG): return .tooLarge(.fields, limit: request.fieldLimit)
    case Int64(CCURL_NO_MEMORY): return .noResources
    default: return .other(code: Int32(truncatingIfNeeded: number(CCURL_CODE)))
    }
  }

  // libcurl takes a connection that ends among the fields for an answer without a body.
  private var hasCompleteHead: Bool {
    let head = response.head
    return head.suffix(2).elementsEqual([13, 10]) && head.dropLast(2).last == 10
      || head.suffix(2).elementsEqual([10, 10])
  }

  // A socket that cannot be bound makes libcurl try the next address, so this is asked at the end.
  private var connectFailure: NetError.Kind {
    let bindError = number(CCURL_BIND_ERROR)
    if bindError != 0 { return .bind(errno: Int32(truncatingIfNeeded: bindError)) }
    switch number(CCURL_OS_ERROR) {
    case Int64(CCURL_REFUSED): return .connect(.refused)
    case Int64(CCURL_UNREACHABLE): return .connect(.unreachable)
    case Int64(CCURL_OS_TIMEOUT): return .connect(.timedOut)
    default: return .connect(.other)
    }
  }

  private var handshakeFailure: NetError.Kind {
    let code = Int32(truncatingIfNeeded: number(CCURL_TLS_ERROR))
    // A server that hangs up says nothing about TLS. MBEDTLS_ERR_SSL_CONN_EOF is -0x7280.
    return wasReset || code == -0x7280 ? .closedEarly : .handshake(code: code)
  }

  private var wasReset: Bool { number(CCURL_OS_ERROR) == Int64(CCURL_RESET) }

  // A TLS record that was cut or tampered with ends in an error of mbedTLS.
  private var wasCut: Bool {
    wasReset || number(CCURL_TLS_ERROR) != 0
  }

  // The bits are mbedTLS's MBEDTLS_X509_BADCERT_*. An untrusted chain may be anybody's, so its
  // other faults say nothing.
  private var certificateFault: NetError.CertificateFault {
    let flags = number(CCURL_VERIFY_FLAGS)
    if flags & 0x08 != 0 { return .unknownIssuer }
    if flags & 0x04 != 0 { return .wrongName }
    if flags & 0x01 != 0 { return .expired }
    if flags & 0x200 != 0 { return .notYetValid }
    return .unacceptable
  }
}
