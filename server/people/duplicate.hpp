// Who may be here already: asked before a client is admitted, so that nobody gets a second record.
#pragma once
#include "people/client.hpp"

namespace circled::people {

// What is known of the person at the desk.
struct Newcomer {
  Text<1, 100> preferred_name;
  Text<0, 100> family_name;
  std::optional<Date> born_on;
  std::optional<Text<0, 40>> phone;
};
BOOST_DESCRIBE_STRUCT(Newcomer, (), (preferred_name, family_name, born_on, phone))

enum class Likeness {
  same_name,              // preferred and family name, in any case
  born_on_and_like_name,  // the same day, and a similar name (people/rules.hpp)
  same_phone,             // the same digits
};
BOOST_DESCRIBE_ENUM(Likeness, same_name, born_on_and_like_name, same_phone)

struct PossibleDuplicate : ClientSummary {
  std::optional<Date> born_on;
  std::vector<Likeness> why;
};
BOOST_DESCRIBE_STRUCT(PossibleDuplicate, (ClientSummary), (born_on, why))

struct Duplicates {
  std::vector<PossibleDuplicate> matches;  // in order of name
  // Somebody like this has a record that the caller may not see: "ask a supervisor". Neither who nor how
  // many.
  bool ask_a_supervisor;
};
BOOST_DESCRIBE_STRUCT(Duplicates, (), (matches, ask_a_supervisor))

// At most 50 of each likeness are looked at.
Duplicates duplicates(Snapshot& db, const api::Identity& who, const Newcomer& newcomer, Instant now);

}  // namespace circled::people
