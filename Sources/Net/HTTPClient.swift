// SPDX-License-Identifier: Apache-2.0

import System
import Wire

/// Fetches a URL: resolves names, connects, follows redirects.
public final class HTTPClient {
  /// Redirects that are followed; one more is an error.
  public static let redirectLimit = 3
  /// The same within a session: who logs in is sent from one server to another and back.
  public static let sessionRedirectLimit = 8

  /// Why there is no answer.
  public enum Error: Swift.Error, Equatable, Sendable {
    /// A name could not be resolved.
    case resolve(ResolverError)
    /// The transfer failed.
    case transfer(NetError)
    /// A redirect was followed, and what it leads to failed.
    case redirected(NetError)
    /// More redirects than are followed.
    case tooManyRedirects(peer: [UInt8], limit: Int)
    /// A redirect that is not followed: another scheme, or from https to http.
    case badRedirect(peer: [UInt8])

    /// The problem for a person.
    public var message: Text {
      switch self {
      case .resolve(let error): error.message
      case .transfer(let error): error.message
      case .redirected(let error): "after a redirect: \(error.message)"
      case .tooManyRedirects(let peer, let limit): "\(peer): more than \(limit) redirects"
      case .badRedirect(let peer): "\(peer): redirects to where credentials must not go"
      }
    }
  }

  private let resolver: Resolver
  /// Families that may be connected to. Which is tried first is libcurl's choice.
  private let families: [IPAddress.Family]

  /// A client whose connections use only these families.
  public init(resolver: Resolver, families: [IPAddress.Family]) {
    self.resolver = resolver
    self.families = families
  }

  /// Sends a request and those that its redirects ask for, all before the request's own deadline
  /// for the whole transfer.
  ///
  /// The request's addresses are looked up here, whatever it has: the proxy's when it has one.
  public func fetch(_ request: HTTPRequest) throws(Error) -> HTTPResponse {
    let end = Clock.uptime + request.deadlines.whole
    let peer = request.url.host
    let limit = request.cookies == nil ? Self.redirectLimit : Self.sessionRedirectLimit
    for hop in 0...limit {
      let host = request.proxy?.host ?? request.url.host
      do throws(ResolverError) {
        request.addresses = try resolver.resolve(host, families: families, deadline: end)
      } catch {
        throw .resolve(error)
      }
      request.deadlines.whole = max(end - Clock.uptime, 1)
      let response: HTTPResponse
      do throws(NetError) { response = try Transfer.perform(request) } catch {
        throw hop == 0 ? .transfer(error) : .redirected(error)
      }
      response.isElsewhere = request.isElsewhere
      response.lacksCredentials = request.lacksCredentials
      request.cookies?.take(response, of: request.url)
      guard (300...399).contains(response.status), !response.redirect.isEmpty else {
        return response
      }
      guard request.follow(response) else { throw .badRedirect(peer: request.url.host) }
    }
    throw .tooManyRedirects(peer: peer, limit: limit)
  }
}
