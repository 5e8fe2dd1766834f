// SPDX-License-Identifier: Apache-2.0

import CMbedTLS
import Wire

/// The hash algorithms the update protocols ask for.
///
/// MD5 and SHA-1 are here because GnuDIP and old TSIG keys are made of them (RFC 1321, RFC 3174);
/// the others are those of RFC 6234.
public enum Hash: Equatable, Sendable {
  /// 16 bytes.
  case md5
  /// 20 bytes.
  case sha1
  /// 28 bytes.
  case sha224
  /// 32 bytes.
  case sha256
  /// 48 bytes.
  case sha384
  /// 64 bytes.
  case sha512

  /// The name without a hyphen, `sha256`.
  public var name: Literal {
    switch self {
    case .md5: "md5"
    case .sha1: "sha1"
    case .sha224: "sha224"
    case .sha256: "sha256"
    case .sha384: "sha384"
    case .sha512: "sha512"
    }
  }

  /// How many bytes a digest has.
  public var size: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha224: 28
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// The digest of a message.
  public func digest(of message: [UInt8]) -> [UInt8] {
    filled { output in
      message.withUnsafeBufferPointer { bytes in
        cmbedtls_hash(number, bytes.baseAddress, bytes.count, output)
      }
    }
  }

  /// The keyed digest of a message (HMAC, RFC 2104). The key may have any length.
  public func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    filled { output in
      key.withUnsafeBufferPointer { key in
        message.withUnsafeBufferPointer { bytes in
          cmbedtls_hmac(
            number, key.baseAddress, key.count, bytes.baseAddress, bytes.count, output)
        }
      }
    }
  }

  private var number: cmbedtls_algorithm {
    switch self {
    case .md5: CMBEDTLS_MD5
    case .sha1: CMBEDTLS_SHA1
    case .sha224: CMBEDTLS_SHA224
    case .sha256: CMBEDTLS_SHA256
    case .sha384: CMBEDTLS_SHA384
    case .sha512: CMBEDTLS_SHA512
    }
  }

  private func filled(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(CMBEDTLS_MAX_SIZE)) { buffer, count in
      guard let output = buffer.baseAddress else { return }
      let written = write(output)
      // Only a lack of memory gets here, and a wrong digest must not leave this function.
      precondition(written == size, "no memory for a digest")
      count = written
    }
  }
}

/// Compares two digests in a time that does not tell where they differ.
public func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
