// SPDX-License-Identifier: Apache-2.0

import CCurl

extension TransferHandle {
  /// Why the transfer has no answer; nil when it has one.
  func failure(of request: HTTPRequest) -> NetError.Kind? {
    failure(fieldLimit: request.fieldLimit, bodyLimit: request.bodyLimit)
  }

  /// Why a line by TLS is broken.
  var lineFailure: NetError.Kind { failure(fieldLimit: 0, bodyLimit: 0) ?? .closedEarly }

  private func failure(fieldLimit: Int, bodyLimit: Int) -> NetError.Kind? {
    switch ccurl_get_outcome(transfer) {
    case CCURL_ANSWERED: hasCompleteHead ? nil : .closedEarly
    case CCURL_FIELDS_TOO_LONG: .tooLarge(.fields, limit: fieldLimit)
    case CCURL_BODY_TOO_LONG: .tooLarge(.body, limit: bodyLimit)
    case CCURL_PROXY_REFUSED: .proxyRefused(status: Int(ccurl_proxy_status(transfer)))
    case CCURL_NO_SUCH_DEVICE: .bind(.noDevice)
    case CCURL_NO_SUCH_ADDRESS: .bind(.noAddress)
    case CCURL_BINDING_DENIED: .bind(.denied)
    case CCURL_NOT_BOUND: .bind(.other)
    case CCURL_CONNECTION_REFUSED: .connect(.refused)
    case CCURL_UNREACHABLE: .connect(.unreachable)
    case CCURL_CONNECTION_TIMED_OUT: .connect(.timedOut)
    case CCURL_NOT_CONNECTED: .connect(.other)
    case CCURL_UNKNOWN_ISSUER: .certificate(.unknownIssuer)
    case CCURL_WRONG_NAME: .certificate(.wrongName)
    case CCURL_EXPIRED: .certificate(.expired)
    case CCURL_NOT_YET_VALID: .certificate(.notYetValid)
    case CCURL_UNACCEPTABLE: .certificate(.unacceptable)
    case CCURL_TLS_REFUSED: .handshake(alert: UInt8(truncatingIfNeeded: ccurl_alert(transfer)))
    case CCURL_TLS_FAILED: .handshake(alert: nil)
    case CCURL_CLOSED: .closedEarly
    case CCURL_GARBLED: .notHTTP
    case CCURL_NO_MEMORY: .noResources
    default: .other(code: ccurl_code(transfer))
    }
  }

  // libcurl takes a connection that ends among the fields for an answer without a body.
  private var hasCompleteHead: Bool {
    let head = response.head
    return head.suffix(2).elementsEqual([13, 10]) && head.dropLast(2).last == 10
      || head.suffix(2).elementsEqual([10, 10])
  }
}
