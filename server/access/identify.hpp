// From a request to its caller. Used by the route table for every request and by the live protocol for
// its handshake, where it asks from_own_page as well, for a handshake is a GET.
#pragma once
#include <string>

#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::access {

// Bearer token or cookie → identity. A token that is no longer good counts as none, and so does a kiosk's
// outside /api/v1/kiosk. `context` outlives
// the result. Errors of the result: forbidden (foreign_origin) for a cookie that comes with a request
// which changes something and was not made by a page of ours.
api::Authenticator make_authenticator(Context& context);

// Errors: unauthenticated.
Task<Result<api::Identity>> identify_token(Context& context, std::string token);

// What a cookie from elsewhere is answered (403).
Error foreign_origin();

}  // namespace circled::access
