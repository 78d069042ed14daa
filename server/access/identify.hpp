// From a request to its caller. Used by the route table for every request and by the live protocol for
// its handshake.
#pragma once
#include <string>

#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::access {

// Bearer token or cookie → identity. A token that is no longer good counts as none. `context` outlives
// the result. Errors of the result: forbidden (foreign_origin) for a cookie that comes with a request
// which changes something and was not made by a page of ours.
api::Authenticator make_authenticator(Context& context);

// Errors: unauthenticated.
Task<Result<api::Identity>> identify_token(Context& context, std::string token);

// For a WebSocket's handshake, where the browser's Origin must be ours whatever the method.
// Errors: unauthenticated (no cookie, or no longer good), forbidden (foreign_origin).
Task<Result<api::Identity>> identify_cookie(Context& context, const api::Request& request);

Error foreign_origin();

}  // namespace circled::access
