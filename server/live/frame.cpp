#include "live/frame.hpp"

#include <array>
#include <charconv>

#include "api/message.hpp"

namespace circled::live {
namespace {

constexpr std::string_view head = R"({"type":"events","events":[)";
constexpr std::string_view tail = "]}";
constexpr std::size_t around = 32;  // {"seq":<20 digits>,…},

void append_event(const Numbered& event, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), event.seq).ptr;
  out += R"({"seq":)";
  out.append(digits.data(), end);
  out += ',';
  out += *event.body;
  out += '}';
}

}  // namespace

std::size_t events_frame(std::span<const Numbered> events, std::string& out) {
  out += head;
  std::size_t packed = 0;
  for (; packed < events.size(); ++packed) {
    if (packed > 0) {
      if (out.size() + events[packed].body->size() + around + tail.size() > frame_limit) break;
      out += ',';
    }
    append_event(events[packed], out);
  }
  out += tail;
  return packed;
}

std::string hint_frame(std::span<const HintKey> hints) {
  json::array list;
  for (const auto& [kind, id] : hints) list.push_back(json::object{{"kind", kind}, {"id", id}});
  return boost::json::serialize(json::object{{"type", "hint"}, {"hints", std::move(list)}});
}

std::string welcome(const api::Identity& you, std::int64_t seq, Instant now) {
  return boost::json::serialize(
      json::object{{"type", "welcome"},
                   {"you", json::object{{"person", you.person.value}, {"role", json::enum_name(you.role)}}},
                   {"seq", seq},
                   {"now", to_string(now)}});
}

std::string resync(std::int64_t seq) {
  return boost::json::serialize(json::object{{"type", "resync"}, {"seq", seq}});
}

std::string result(std::string_view id, json::value members) {
  json::object frame{{"type", "result"}, {"id", id}};
  for (auto& member : members.get_object()) frame[member.key()] = std::move(member.value());
  return boost::json::serialize(frame);
}

std::string problem(std::string_view id, const Error& error, std::string_view request_id) {
  json::object frame{{"type", "problem"}};
  if (!id.empty()) frame["id"] = id;
  // A problem has a `type` of its own, which must not be taken for the frame's.
  for (auto& member : api::problem_object(error, request_id))
    frame[member.key() == "type" ? "problem" : member.key()] = std::move(member.value());
  return boost::json::serialize(frame);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace circled::live
