// Telling people. An event is for one person, numbered and durable; a hint tells dashboards to look
// again. Both leave with the transaction's COMMIT or not at all.
#pragma once
#include "base/json.hpp"
#include "store/transaction.hpp"

namespace circled::live {

// `body` is a described struct: everything the receiver's screen needs, rendered for that person
// alone. A client's event never holds a roster, another person's name or a count of people.
template <class T>
void emit(Transaction& tx, PersonId receiver, Instant now, std::string_view kind, const T& body) {
  json::object event{{"at", to_string(now)}, {"kind", kind}};
  json::value members = json::encode(body);
  for (auto& member : members.get_object()) event[member.key()] = std::move(member.value());
  std::string text = boost::json::serialize(event);
  // Kept without its braces: each receiver's number is put in front when a frame is made.
  tx.emit(receiver, now, std::make_shared<const std::string>(text.substr(1, text.size() - 2)));
}

// `kind` is "<noun>.changed"; dashboards of that site (zero: every site) fetch what they show.
inline void hint(Transaction& tx, std::string_view kind, std::int64_t id, SiteId site) {
  tx.hint({std::string(kind), id, site, store::Hint::staff});
}

}  // namespace circled::live
