// Editing what somebody else may have changed meanwhile: what an edit must have seen, and the refusal for
// whoever has seen something older.
#pragma once
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/token.hpp"

namespace circled {

// The version of what has no number of its own: of all that it says.
inline std::string digest_of(const json::value& value) {
  return sha256(boost::json::serialize(value)).substr(0, 32);
}
template <class T>
requires json::is_described_struct<T> std::string digest_of(const T& value) {
  return sha256(json::to_text(value)).substr(0, 32);
}

// 412. `shown` is the problem's member in which what is there now stands.
template <class T>
Error changed_meanwhile(const T& current, std::string words = "Somebody changed this since you read it.",
                        std::string_view shown = "current") {
  Error error{ErrorKind::precondition_failed, "changed_meanwhile", std::move(words), {}, {}, 0};
  error.extra[shown] = json::encode(current);
  return error;
}

// Of an operation that was previewed.
template <class T>
Error previewed_another(const T& preview) {
  return changed_meanwhile(preview, "This is no longer what was previewed; look at it again.", "preview");
}

}  // namespace circled
