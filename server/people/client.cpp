#include "people/client.hpp"

#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"
#include "people/rules.hpp"
#include "people/staff.hpp"
#include "places/place.hpp"

namespace circled::people {
namespace {

struct ClientRow : ClientSummary {
  std::string zone;
  std::string phone;
};
BOOST_DESCRIBE_STRUCT(ClientRow, (ClientSummary), (zone, phone))

std::optional<Client> load_client(Snapshot& db, ClientId id) {
  const auto row = db.one<ClientRow>(
      "SELECT c.person_id, c.preferred_name, c.family_name, "
      "  (SELECT p.phase FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
      "   WHERE e.client_id = c.person_id AND e.discharged_on IS NULL), "
      "  c.site_id, c.zone, c.phone "
      "FROM client c WHERE c.person_id = $1",
      id);
  if (!row) return std::nullopt;
  Client client;
  static_cast<ClientSummary&>(client) = *row;
  client.zone = row->zone;
  client.phone = row->phone;
  client.counselors = db.all<AssignedStaff>(
      "SELECT a.staff_id, s.name, a.from_at FROM assignment a JOIN staff s ON s.person_id = a.staff_id "
      "WHERE a.client_id = $1 AND a.until_at IS NULL ORDER BY a.from_at, a.staff_id",
      id);
  return client;
}

Date today(const std::string& zone, Instant now) { return Zone::named(zone)->date(now); }

void open_assignment(Transaction& tx, ClientId client, StaffId staff, Instant now) {
  tx.run(
      "INSERT INTO assignment (staff_id, client_id, from_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (staff_id, client_id) WHERE until_at IS NULL DO NOTHING",
      staff, client, now);
}

// A cursor is the last name and id, joined by a character no name holds.
constexpr char cursor_separator = '\t';

}  // namespace

std::string fold(std::string_view name) {
  std::string folded(name);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

std::optional<Phase> phase(Snapshot& db, ClientId client) {
  return db.one<Phase>(
      "SELECT p.phase FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
      "WHERE e.client_id = $1 AND e.discharged_on IS NULL",
      client);
}

Result<Client> client(Snapshot& db, const api::Identity& who, ClientId id, Instant now) {
  if (!may_read(db, who, id, now)) return not_found("client");
  return *load_client(db, id);
}

Result<Found> search(Snapshot& db, const api::Identity& who, const ClientSearch& search, Instant now) {
  const std::string prefix = fold(search.text.value_or(""));
  const std::string end = prefix + "\xf4\x8f\xbf\xbf";  // U+10FFFF sorts after every continuation
  std::string after_name = prefix;
  std::int64_t after_id = 0;
  if (search.after) {
    const auto cut = search.after->rfind(cursor_separator);
    if (cut == std::string::npos)
      return invalid("/after", "not_a_cursor", "This is not a cursor of this list.");
    after_name = search.after->substr(0, cut);
    std::from_chars(search.after->data() + cut + 1, search.after->data() + search.after->size(), after_id);
  }
  const std::int64_t limit = search.limit ? search.limit->value : 50;

  const bool own_only = who.role == api::Role::clinician || who.role == api::Role::counselor;
  const bool any_site = who.role == api::Role::admin || who.role == api::Role::supervisor;

  Found found;
  std::string last_name;
  const auto take = [&](const std::tuple<ClientId, std::string, std::string, std::optional<Phase>, SiteId,
                                         std::string>& row) {
    if (static_cast<std::int64_t>(found.items.size()) == limit) {
      found.next = last_name + cursor_separator + std::to_string(found.items.back().id.value);
      return;
    }
    last_name = std::get<5>(row);
    found.items.push_back(
        {std::get<0>(row), std::get<1>(row), std::get<2>(row), std::get<3>(row), std::get<4>(row)});
  };
  using Row = std::tuple<ClientId, std::string, std::string, std::optional<Phase>, SiteId, std::string>;
  if (own_only) {
    // A caseload is a few dozen people: read it whole by the assignment index and sort it.
    db.each<Row>(
        take,
        "SELECT c.person_id, c.preferred_name, c.family_name, "
        "  (SELECT p.phase FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
        "   WHERE e.client_id = c.person_id AND e.discharged_on IS NULL), c.site_id, c.search_name "
        "FROM client c WHERE c.person_id IN ("
        "  SELECT client_id FROM assignment WHERE staff_id = $1 AND from_at <= $2 "
        "    AND (until_at IS NULL OR until_at > $2)) "
        "AND c.search_name >= $3 AND c.search_name < $4 "
        "AND (c.search_name > $5 OR (c.search_name = $5 AND c.person_id > $6)) "
        "ORDER BY c.search_name, c.person_id LIMIT $7",
        who.person, now, prefix, end, after_name, after_id, limit + 1);
  } else {
    // One site at a time, by index; an administrator's list runs through the sites in turn.
    db.each<Row>(
        take,
        "SELECT c.person_id, c.preferred_name, c.family_name, "
        "  (SELECT p.phase FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
        "   WHERE e.client_id = c.person_id AND e.discharged_on IS NULL), c.site_id, c.search_name "
        "FROM client c WHERE c.site_id IN (SELECT id FROM site WHERE $1 OR id = $2) "
        "AND c.search_name >= $3 AND c.search_name < $4 "
        "AND (c.search_name > $5 OR (c.search_name = $5 AND c.person_id > $6)) "
        "ORDER BY c.search_name, c.person_id LIMIT $7",
        any_site, who.site, prefix, end, after_name, after_id, limit + 1);
  }
  return found;
}

Result<Client> add_client(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          const NewClient& client, Instant now) {
  const auto site = places::site(tx, client.site);
  if (!site) return invalid("/site", "not_found", "There is no such site.");
  const std::string zone = client.zone ? *client.zone : site->zone;
  if (auto known = Zone::named(zone); !known)
    return invalid("/zone", "unknown_zone", known.error().fields.front().message);
  if (client.assign_to && !staff_member(tx, *client.assign_to))
    return invalid("/assign_to", "not_found", "There is no such staff member.");
  const Date day = today(site->zone, now);
  if (client.born_on && *client.born_on > day)
    return invalid("/born_on", "in_the_future", "This day has not come yet.");

  const auto id = *tx.one<ClientId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
  tx.run(
      "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, phone, "
      "phone_key, born_on, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      id, client.preferred_name, client.family_name, fold(client.preferred_name + " " + client.family_name),
      client.site, zone, client.phone.value_or(""), rules::phone_key(client.phone.value_or("")),
      client.born_on, now);
  const auto episode = *tx.one<EpisodeId>(
      "INSERT INTO episode (client_id, admitted_on) VALUES ($1, $2) RETURNING id", id, day);
  tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, $3)", episode, client.phase, day);
  if (client.assign_to) open_assignment(tx, id, *client.assign_to, now);
  if (!reaches(tx, who, id, now) && api::StaffMember::accepts(who.role))
    open_assignment(tx, id, StaffId(who.person.value), now);

  access::audit(tx, actor, "client.add", "client", id.value, now);
  live::hint(tx, "client.changed", id.value, client.site);
  return *load_client(tx, id);
}

Result<Client> change_phase(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId id, Phase phase, Instant now) {
  if (!reaches(tx, who, id, now)) return not_found("client");
  const auto client = *load_client(tx, id);
  const auto episode =
      tx.one<EpisodeId>("SELECT id FROM episode WHERE client_id = $1 AND discharged_on IS NULL", id);
  if (!episode) return conflict("no_episode", "This client is not admitted at present.");
  if (client.phase == phase) return conflict("same_phase", "This client is in that phase already.");
  const Date day = today(places::site(tx, client.site)->zone, now);
  tx.run("UPDATE phase SET until_on = $2 WHERE episode_id = $1 AND until_on IS NULL", *episode, day);
  tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, $3)", *episode, phase, day);
  access::audit(tx, actor, "client.change_phase", "client", id.value, now,
                {{"phase", json::enum_name(phase)}});
  live::hint(tx, "client.changed", id.value, client.site);
  return *load_client(tx, id);
}

Result<Client> assign(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId id,
                      StaffId staff, Instant now) {
  if (!reaches(tx, who, id, now)) return not_found("client");
  if (!staff_member(tx, staff)) return invalid("/staff", "not_found", "There is no such staff member.");
  open_assignment(tx, id, staff, now);
  access::audit(tx, actor, "client.assign", "client", id.value, now, {{"staff", staff.value}});
  const auto client = *load_client(tx, id);
  live::hint(tx, "client.changed", id.value, client.site);
  return client;
}

}  // namespace circled::people
