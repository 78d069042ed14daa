// Ana with a consent for her probation officer, and two weeks of sessions that turned out differently.
#pragma once
#include "disclosures/disclosure.hpp"
#include "support/care.hpp"
#include "support/time.hpp"

namespace circled::test {

struct Disclosing : CareFixture {
  ServiceId education;
  ConsentId consent;

  Disclosing() {
    write([this](Transaction& tx) {
      education = *tx.one<ServiceId>(
          "INSERT INTO service (code, name, neutral_name, counts) "
          "VALUES ('education', 'Harm reduction class', 'Class', FALSE) RETURNING id");
      using calendar::Verdict;
      // In New York: the last of February in the evening, then six in March. The class counts for no hours.
      add_session(tx, "2026-03-01T04:30:00Z", counseling, Verdict::attended, 60);
      add_session(tx, "2026-03-01T15:00:00Z", counseling, Verdict::attended, 60);
      add_session(tx, "2026-03-02T15:00:00Z", counseling, Verdict::attended, 45);
      add_session(tx, "2026-03-03T15:00:00Z", counseling, Verdict::unexcused, {});
      add_session(tx, "2026-03-04T15:00:00Z", counseling, Verdict::excused, {});
      add_session(tx, "2026-03-05T15:00:00Z", counseling, Verdict::cancelled_by_program, {});
      add_session(tx, "2026-03-06T15:00:00Z", education, Verdict::attended, 60);
      add_session(tx, "2026-03-10T11:00:00Z", counseling, Verdict::expected, {});  // under way: no word yet
      add_session(tx, "2026-03-10T15:00:00Z", counseling, Verdict::expected, {});  // has not begun
      tx.run(
          "INSERT INTO care_level (episode_id, level, from_on, until_on) VALUES ($1, '3.7', $2, $3), "
          "($1, '3.5', $3, NULL)",
          anas, on("2026-02-01"), on("2026-03-03"));
      const auto group = *tx.one<GroupId>(
          "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
          "created_at) VALUES ($1, $2, 'Women after opioids', 'Your group', 'rolling', 1, 12, 0) RETURNING "
          "id",
          site, counseling);
      tx.run(
          "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) VALUES "
          "($1, $2, $3, $4, TRUE, 0), ($1, $2, $5, NULL, TRUE, 0), ($1, $2, $6, $7, TRUE, 0)",
          group, ana, on("2026-02-10"), on("2026-03-02"), on("2026-03-04"), on("2026-03-04"),
          on("2026-03-03"));
    });
    consent = add_consent(paper({people::ConsentKind::attendance, people::ConsentKind::hours}));
  }

  // Of an hour, with a title that no report may show, and Ben beside Ana.
  SessionId add_session(Transaction& tx, std::string_view starts, ServiceId service,
                        calendar::Verdict verdict, std::optional<std::int64_t> credited) {
    const auto id = *tx.one<SessionId>(
        "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, status, seats, "
        "created_at) "
        "VALUES ($1, $2, 'group', 'Women after opioids', $3, $4, 'completed', 9, 0) RETURNING id",
        site, service, at(starts), at(starts) + std::chrono::hours(1));
    for (const auto client : {ana, ben})
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, credited_minutes) "
          "VALUES ($1, $2, $3, 'booking', $4, $5)",
          id, client, at(starts), client == ana ? verdict : calendar::Verdict::attended,
          client == ana ? credited : std::optional<std::int64_t>(60));
    return id;
  }

  static people::WrittenConsent paper(std::initializer_list<people::ConsentKind> kinds) {
    people::WrittenConsent c;
    c.discloser = "Riverside";
    c.recipient = "Dana Ortiz, probation officer";
    c.kinds = kinds;
    c.purpose = "Supervision of a probation";
    c.expires_on = on("2026-06-30");
    c.signed_on = on("2026-03-01");
    c.signed_by = people::SignedBy::client;
    c.paper = "Cabinet 2";
    return c;
  }

  ConsentId add_consent(const people::WrittenConsent& written) {
    return write([&](Transaction& tx) { return people::add_consent(tx, cora, actor, ana, written, now()); })
        .value()
        .id;
  }
  Result<people::Consent> revoke(ConsentId id) {
    return write([&](Transaction& tx) {
      return people::revoke_consent(tx, cora, actor, ana, id, people::Revocation{}, now());
    });
  }

  disclosures::NewDisclosure asked(std::initializer_list<people::ConsentKind> kinds) const {
    disclosures::NewDisclosure asked;
    asked.consent = consent;
    asked.kinds = kinds;
    asked.from = on("2026-03-01");
    asked.until = on("2026-03-10");
    return asked;
  }
  Result<disclosures::DisclosureView> draft(const disclosures::NewDisclosure& what,
                                            const api::Identity& who) {
    return write([&](Transaction& tx) { return disclosures::draft(tx, who, actor, ana, what, now()); });
  }
  disclosures::DisclosureView drafted() {
    return draft(asked({people::ConsentKind::attendance, people::ConsentKind::hours}), cora).value();
  }
  Result<disclosures::DisclosureView> approve(const disclosures::DisclosureView& seen,
                                              const api::Identity& who) {
    return write([&](Transaction& tx) {
      return disclosures::approve(tx, who, actor, seen.disclosure.id, disclosures::tag(seen), now());
    });
  }
  Result<disclosures::DisclosureView> hand_out(const disclosures::DisclosureView& seen) {
    return write([&](Transaction& tx) {
      return disclosures::hand_out(tx, cora, actor, seen.disclosure.id, disclosures::tag(seen), now());
    });
  }
  disclosures::DisclosureView seen(DisclosureId id) {
    return read([&](Snapshot& db) { return disclosures::disclosure(db, cora, id, now()).value(); });
  }
  std::int64_t refusals(std::string_view code) {
    return number(
        "SELECT count(*) FROM audit WHERE action = 'disclosure.refuse' AND subject_id = $1 AND detail = $2",
        ana, R"({"code":")" + std::string(code) + R"("})");
  }
};

}  // namespace circled::test
