// What goes over the wire, as text. Pure. server/live/README.md shows each message.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/identity.hpp"
#include "base/json.hpp"
#include "live/stream.hpp"
#include "store/transaction.hpp"

namespace circled::live {

// Largest frame, either way.
inline constexpr std::size_t frame_limit = 64 * 1024;

// Appends a frame of as many events as fit, and answers how many: at least one.
// `events` is not empty and in order.
std::size_t events_frame(std::span<const Numbered> events, std::string& out);

// One thing to look at again; id 0 stands for everything of the kind.
struct HintKey {
  std::string_view kind;
  std::int64_t id;
};
std::string hint_frame(std::span<const HintKey> hints);

std::string welcome(const api::Identity& you, std::int64_t seq, Instant now);
std::string resync(std::int64_t seq);
// `id` is the command's, or empty when the message had none.
std::string result(std::string_view id, json::value members);
std::string problem(std::string_view id, const Error& error, std::string_view request_id);

// A UUID in its usual spelling (RFC 9562 §4), any version.
bool is_uuid(std::string_view text);

}  // namespace circled::live
