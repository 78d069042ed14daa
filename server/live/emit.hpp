// Telling people. An event is for one person, numbered and durable; a hint tells dashboards to look
// again. Both leave with the transaction's COMMIT or not at all.
#pragma once
#include "base/json.hpp"
#include "store/transaction.hpp"

namespace circled::live {

namespace detail {

// What would tell a client about somebody else: a person's id or name, a list, a count of people.
constexpr bool tells_of_others(std::string_view member) {
  constexpr std::string_view others[] = {"name",        "preferred_name", "family_name", "staff_name",
                                         "client_name", "client",         "staff",       "person",
                                         "roster",      "participants",   "seats",       "expected",
                                         "confirmed",   "cant_come",      "facilitators"};
  for (const auto other : others)
    if (member == other) return true;
  return false;
}

template <class T>
constexpr bool fit_for_client() {
  if constexpr (json::is_optional<T>) {
    return fit_for_client<typename T::value_type>();
  } else if constexpr (json::is_described_struct<T>) {
    bool fit = true;
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
      fit = fit && !tells_of_others(d.name) && fit_for_client<Member>();
    });
    return fit;
  } else {
    return !json::is_vector<T> && !json::BoundedList<T> && !std::is_same_v<T, PersonId> &&
           !std::is_same_v<T, StaffId> && !std::is_same_v<T, ClientId> && !std::is_same_v<T, json::value> &&
           !std::is_same_v<T, json::object>;
  }
}

}  // namespace detail

// Whether a client may receive this type: by its members' types and names it has no room for a roster,
// another person, or a count of people in it (42 CFR §2.13(a)).
template <class T>
inline constexpr bool fit_for_client = detail::fit_for_client<T>();

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

// To a client: what could tell of others does not compile.
template <class T>
void emit(Transaction& tx, ClientId receiver, Instant now, std::string_view kind, const T& body) {
  static_assert(fit_for_client<T>, "a client's event may not hold anybody else");
  emit(tx, PersonId(receiver), now, kind, body);
}

// `kind` is "<noun>.changed"; dashboards of that site (zero: every site) fetch what they show.
inline void hint(Transaction& tx, std::string_view kind, std::int64_t id, SiteId site) {
  tx.hint({std::string(kind), id, site, store::Hint::staff});
}

}  // namespace circled::live
