// A group session that has begun, and its sheet.
#pragma once
#include "attendance/history.hpp"
#include "attendance/sign.hpp"
#include "support/programme.hpp"

namespace circled::test {

using namespace std::chrono_literals;

// A group session of Ana and Ben, led by Cora, that has started an hour ago and lasts 90 minutes.
struct SheetFixture : CalendarFixture {
  calendar::Session session;
  std::int64_t version = 1;

  SheetFixture() {
    session = book(with_both(1h)).value();
    clock.advance(2h);
  }
  calendar::Booking with_both(Milliseconds in) const {
    auto booking = one_on_one(in);
    booking.kind = calendar::Kind::group;
    booking.duration_minutes = {90};
    booking.clients.push_back(ben);
    return booking;
  }
  Instant start() const { return session.starts_at; }

  static attendance::Mark mark_of(ClientId client, calendar::Verdict verdict,
                                  std::vector<attendance::Stay> stays = {}) {
    attendance::Mark mark{client, verdict, {}};
    if (!stays.empty()) mark.stays.emplace(stays.begin(), stays.end());
    return mark;
  }
  static attendance::Marks marks_of(const std::vector<attendance::Mark>& each) {
    attendance::Marks all{};
    all.marks.assign(each.begin(), each.end());
    return all;
  }

  // Runs one operation on the sheet in its present version.
  template <class F>
  Result<attendance::Sheet> change(F f) {
    auto result = write([&](Transaction& tx) { return f(tx); });
    if (result) version = result->version;
    return result;
  }
  Result<attendance::Sheet> mark(const attendance::Marks& marks, const api::Identity& who) {
    return change(
        [&](Transaction& tx) { return attendance::mark(tx, who, actor, session.id, version, marks, now()); });
  }
  Result<attendance::Sheet> mark(const std::vector<attendance::Mark>& marks, const api::Identity& who) {
    return mark(marks_of(marks), who);
  }
  Result<attendance::Sheet> mark(const std::vector<attendance::Mark>& marks) { return mark(marks, cora); }
  Result<attendance::Sheet> close() {
    return change(
        [&](Transaction& tx) { return attendance::close(tx, cora, actor, session.id, version, now()); });
  }
  Result<attendance::Sheet> reopen(const api::Identity& who) {
    const attendance::Reopening reason{Text<3, 500>("Ben was there after all")};
    return change([&](Transaction& tx) {
      return attendance::reopen(tx, who, actor, session.id, version, reason, now());
    });
  }
  Result<attendance::Sheet> undo() {
    return change(
        [&](Transaction& tx) { return attendance::undo(tx, cora, actor, session.id, version, now()); });
  }
  Result<attendance::Sheet> walk_in(const attendance::WalkIn& who_came) {
    return change([&](Transaction& tx) {
      return attendance::walk_in(tx, cora, actor, session.id, version, who_came, now());
    });
  }
  Result<attendance::Sheet> sign(const api::Identity& who) {
    return change(
        [&](Transaction& tx) { return attendance::sign(tx, who, actor, session.id, version, now()); });
  }
  Result<attendance::Sheet> sheet(const api::Identity& who) {
    return read([&](Snapshot& db) { return attendance::sheet(db, who, session.id, now()); });
  }
  Result<attendance::Sheet> sheet() { return sheet(cora); }
  const attendance::Line line(ClientId client) {
    for (const auto& line : sheet().value().lines)
      if (line.client == client) return line;
    throw std::logic_error("not on the sheet");
  }

  // Terms of the programme that hold long since.
  void set_terms(const attendance::Terms& terms, std::optional<GroupId> group = {}) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO attendance_policy (group_id, from_on, follows, grace_minutes, door_closes_minutes, "
          "no_credit_after_minutes, cap_minutes, excuse_notice_hours, excuses_mandatory, close_within_hours, "
          "documentation_days, co_signature, made_by, made_at) "
          "VALUES ($1, 0, FALSE, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
          group, terms.grace_minutes, terms.door_closes_minutes, terms.no_credit_after_minutes,
          terms.cap_minutes, terms.excuse_notice_hours, terms.excuses_mandatory, terms.close_within_hours,
          terms.documentation_days, terms.co_signature, admin);
    });
  }
};

}  // namespace circled::test
