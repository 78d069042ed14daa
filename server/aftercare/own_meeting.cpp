#include "aftercare/own_meeting.hpp"

#include "aftercare/list_text.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/rules.hpp"
#include "base/recurrence.hpp"
#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::aftercare {
namespace {

// A meeting as it is to be kept: cleaned as a list's is.
struct Kept {
  std::string name, rule;
  Date starts_on;
  int weekday = 0;
  TimeOfDay time;
  Minutes duration;
  std::string zone, place, address, town, notes, online_url;
  bool in_person = true;
  std::string types, search_text;
  std::optional<double> latitude, longitude;
};

template <std::size_t Max>
std::string cleaned(const std::optional<Text<0, Max>>& text) {
  return text ? clean(*text, Max) : std::string();
}

Result<Kept> kept(Snapshot& db, const api::Identity& who, const NewMeeting& wanted) {
  Kept all;
  const std::string zone_name =
      wanted.zone ? std::string(*wanted.zone)
                  : db.one<std::string>("SELECT zone FROM site WHERE id = $1", who.site).value_or("");
  const auto zone = Zone::named(zone_name);
  if (!zone) return invalid("/zone", "unknown_zone", "There is no such time zone.");
  const auto weekday = rule_weekday(wanted.rule, wanted.starts_on, wanted.time, *zone);
  if (!weekday) return weekday.error();
  all.name = clean(wanted.name, 200);
  if (all.name.empty()) return invalid("/name", "too_short", "A meeting has a name.");
  all.rule = Recurrence::parse(wanted.rule)->text();
  all.starts_on = wanted.starts_on;
  all.weekday = *weekday;
  all.time = wanted.time;
  all.duration = Minutes(wanted.duration_minutes.value);
  all.zone = zone->name();
  all.place = cleaned(wanted.place);
  all.address = cleaned(wanted.address);
  all.town = cleaned(wanted.town);
  all.notes = cleaned(wanted.notes);
  if (wanted.online_url && !wanted.online_url->empty()) {
    all.online_url = clean_url(*wanted.online_url);
    if (all.online_url.empty())
      return invalid("/online_url", "not_an_address", "This must be an address that begins with https://.");
  }
  all.in_person = wanted.in_person;
  if (all.in_person ? (all.place + all.address + all.town).empty() : all.online_url.empty())
    return invalid(all.in_person ? "/place" : "/online_url", "nowhere",
                   all.in_person ? "Say where people meet." : "Say at which address people meet.");
  all.types = cleaned(wanted.types);
  std::erase(all.types, ' ');
  if (wanted.latitude.has_value() != wanted.longitude.has_value())
    return invalid(wanted.latitude ? "/longitude" : "/latitude", "half_a_point",
                   "A point has a latitude and a longitude.");
  if (wanted.latitude) {
    all.latitude = wanted.latitude->value;
    all.longitude = wanted.longitude->value;
  }
  all.search_text = fold(all.name + " " + all.place + " " + all.town);
  return all;
}

std::int64_t list_of_own(Transaction& tx, Instant now) {
  if (const auto there = tx.one<std::int64_t>("SELECT id FROM meeting_list WHERE by_hand")) return *there;
  // A file may have come under that name: then this one has another.
  const bool taken =
      tx.one<std::int64_t>("SELECT id FROM meeting_list WHERE name = $1", own_list).has_value();
  return tx
      .one<std::int64_t>(
          "INSERT INTO meeting_list (name, format, imported_at, by_hand) "
          "VALUES ($1, 'meeting_guide', $2, TRUE) RETURNING id",
          std::string(own_list) + (taken ? " here" : ""), now)
      .value();
}

bool says_the_same(const Meeting& was, const Meeting& is) {
  return was.rule == is.rule && was.starts_on == is.starts_on && was.time == is.time && was.zone == is.zone &&
         was.place == is.place && was.address == is.address && was.town == is.town &&
         was.online_url == is.online_url && was.in_person == is.in_person;
}

void tell(Transaction& tx, MeetingId id) { live::hint(tx, "meeting.changed", id.value, SiteId()); }

}  // namespace

Result<Meeting> add_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            const NewMeeting& wanted, Instant now) {
  const auto all = kept(tx, who, wanted);
  if (!all) return all.error();
  const auto id =
      tx.one<MeetingId>(
            "INSERT INTO meeting (list_id, key, name, rule, starts_on, weekday, time, duration_minutes, "
            "zone, "
            "place, address, town, notes, online_url, in_person, types, search_text, latitude, longitude) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) "
            "RETURNING id",
            list_of_own(tx, now), random_token(), all->name, all->rule, all->starts_on, all->weekday,
            all->time, all->duration, all->zone, all->place, all->address, all->town, all->notes,
            all->online_url, all->in_person, all->types, all->search_text, all->latitude, all->longitude)
          .value();
  tell(tx, id);
  access::audit(tx, actor, "meeting.add", "meeting", id.value, now, {{"name", all->name}});
  return meeting(tx, id).value();
}

Result<Meeting> edit_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             MeetingId id, std::string_view seen, const NewMeeting& wanted, Instant now) {
  const auto was = meeting(tx, id);
  if (!was) return not_found("meeting");
  if (digest_of(*was) != seen) return changed_meanwhile(*was);
  if (!was->by_hand)
    return conflict("from_a_list", "This meeting is a list's. It can be closed here, and not changed.");
  const auto all = kept(tx, who, wanted);
  if (!all) return all.error();
  tx.run(
      "UPDATE meeting SET name = $2, rule = $3, starts_on = $4, weekday = $5, time = $6, "
      "duration_minutes = $7, zone = $8, place = $9, address = $10, town = $11, notes = $12, "
      "online_url = $13, in_person = $14, types = $15, search_text = $16, latitude = $17, longitude = $18 "
      "WHERE id = $1",
      id, all->name, all->rule, all->starts_on, all->weekday, all->time, all->duration, all->zone, all->place,
      all->address, all->town, all->notes, all->online_url, all->in_person, all->types, all->search_text,
      all->latitude, all->longitude);
  auto is = meeting(tx, id).value();
  if (!says_the_same(*was, is)) {
    tx.run("UPDATE meeting SET version = version + 1 WHERE id = $1", id);
    follow(tx, id, Change::moved, now);
  } else if (was->duration_minutes != is.duration_minutes) {
    follow(tx, id, Change::length, now);
  }
  tell(tx, id);
  access::audit(tx, actor, "meeting.edit", "meeting", id.value, now, {{"name", is.name}});
  return is;
}

Result<Meeting> close_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              MeetingId id, Instant now) {
  const auto was = meeting(tx, id);
  if (!was) return not_found("meeting");
  if (was->closed) return *was;
  tx.run("UPDATE meeting SET closed_at = $2, closed_by = $3 WHERE id = $1", id, now, who.person);
  // Whoever chose one that is gone knows already.
  if (!was->gone) follow(tx, id, Change::closed, now);
  tell(tx, id);
  access::audit(tx, actor, "meeting.close", "meeting", id.value, now, {{"name", was->name}});
  return meeting(tx, id).value();
}

Result<Meeting> reopen_meeting(Transaction& tx, const access::Actor& actor, MeetingId id, Instant now) {
  const auto was = meeting(tx, id);
  if (!was) return not_found("meeting");
  if (!was->closed) return *was;
  tx.run("UPDATE meeting SET closed_at = NULL, closed_by = NULL WHERE id = $1", id);
  follow(tx, id, Change::reopened, now);
  tell(tx, id);
  access::audit(tx, actor, "meeting.reopen", "meeting", id.value, now, {{"name", was->name}});
  return meeting(tx, id).value();
}

}  // namespace circled::aftercare
