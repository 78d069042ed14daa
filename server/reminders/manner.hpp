// How people are reminded: rules of the programme, of a group, of what was agreed with a client (their plan)
// and of the person themself. What a narrower one leaves open the wider says, and at last what the server
// comes with. A change never loses what is due: words and channels are looked up when a reminder goes out,
// and when other times or quiet hours are asked for, what is to come is planned anew.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/identity.hpp"
#include "reminders/channel.hpp"

namespace circled::reminders {

// From the narrowest to the widest.
enum class Scope { person, plan, group, programme };
BOOST_DESCRIBE_ENUM(Scope, person, plan, group, programme)

struct Quiet {
  TimeOfDay from;
  TimeOfDay until;  // the same as `from`: never quiet
};
BOOST_DESCRIBE_STRUCT(Quiet, (), (from, until))

struct Words {
  Language language;
  Text<1, 160> text;  // {when} is the time
};
BOOST_DESCRIBE_STRUCT(Words, (), (language, text))

// What is left out is left to the wider rule.
struct NewRule {
  std::optional<List<Number<5, 43200>, 6, 1>> offsets_minutes;  // before the start; all different
  std::optional<List<Channel, 3>> channels;                     // after the live one, in order; without it
  std::optional<Number<1, 1440>> wait_minutes;                  // for an answer, before the next channel
  std::optional<Quiet> quiet;                                   // on the wall where the person lives
  std::optional<Language> language;
  List<Words, 2> words;  // one for each language at most
};
BOOST_DESCRIBE_STRUCT(NewRule, (), (offsets_minutes, channels, wait_minutes, quiet, language, words))

struct Rule {
  Scope scope;
  std::int64_t of;  // the group or the person; 0: the programme
  std::optional<std::vector<std::int64_t>> offsets_minutes;
  std::optional<std::vector<Channel>> channels;
  std::optional<std::int64_t> wait_minutes;
  std::optional<Quiet> quiet;
  std::optional<Language> language;
  std::vector<Words> words;
  std::int64_t version;  // its ETag; 0: there is none yet
};
BOOST_DESCRIBE_STRUCT(Rule, (),
                      (scope, of, offsets_minutes, channels, wait_minutes, quiet, language, words, version))

// What a rule of that scope says; all open where there is none. `of` of a plan is its client.
Rule rule(Snapshot& db, Scope scope, std::int64_t of);

// Whoever may is checked by the caller. Plans anew whom it concerns: a person at once, others by the job
// below. Errors: invalid (offsets_minutes/…: twice, channels/…: live, twice; words/…: twice),
// precondition_failed (changed_meanwhile).
Result<Rule> set_rule(Transaction& tx, const access::Actor& actor, Scope scope, std::int64_t of,
                      std::int64_t version, const NewRule& rule, Instant now);

// A job: plans anew some of those whom a rule for many concerns; answers how many.
Result<std::int64_t> replan_once(Transaction& tx, Instant now);

// How somebody is reminded, and which rule says what.
struct Resolved {
  Manner manner;
  Scope offsets = Scope::programme, channels = Scope::programme, wait = Scope::programme,
        quiet = Scope::programme, language = Scope::programme, words = Scope::programme;
  bool own_words = false;  // and not the language's
};
Resolved resolve(Snapshot& db, PersonId person, std::optional<GroupId> group);

// The same, looked up once for each person and group while it lives: for one transaction.
class Manners {
 public:
  const Manner& of(Snapshot& db, PersonId person, std::optional<GroupId> group = {});
  // Of somebody whom the caller has looked up.
  const Manner& keep(PersonId person, std::optional<GroupId> group, Manner manner);

 private:
  std::map<std::pair<PersonId, std::optional<GroupId>>, Manner> known_;
};

}  // namespace circled::reminders
