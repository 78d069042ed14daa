#include "people/on_call.hpp"

#include <doctest/doctest.h>

#include "support/care.hpp"

using namespace circled;
using namespace std::chrono_literals;
using people::NewOnCallShift;
using people::OnCallShift;

namespace {

struct Rota : test::CareFixture {
  // Hours from now.
  NewOnCallShift shift(int from, int until, StaffId primary, std::optional<StaffId> backup = {}) const {
    return {now() + std::chrono::hours(from), now() + std::chrono::hours(until), primary, backup};
  }
  Result<OnCallShift> add(const NewOnCallShift& shift) {
    return write([&](Transaction& tx) { return people::add_shift(tx, actor, site, shift, now()); });
  }
  Result<OnCallShift> change(const OnCallShift& shift, const NewOnCallShift& to,
                             std::optional<std::int64_t> version = {}) {
    return write([&](Transaction& tx) {
      return people::change_shift(tx, actor, shift.id, version.value_or(shift.version), to, now());
    });
  }
  Result<void> remove(people::OnCallShift shift) {
    auto removed = write([&](Transaction& tx) -> Result<bool> {
      auto done = people::remove_shift(tx, actor, shift.id, now());
      if (!done) return done.error();
      return true;
    });
    if (!removed) return removed.error();
    return {};
  }
  people::OnCallRota rota() {
    return read([&](Snapshot& db) { return people::rota(db, site, now(), now() + 24h * 14, now()); }).value();
  }
};

}  // namespace

TEST_CASE("the rota says who is on call now, who will be, and when nobody is in the next seven days") {
  Rota f;
  CHECK(f.rota().gaps.size() == 1);
  CHECK(f.rota().gaps[0].until - f.rota().gaps[0].from == 24h * 7);
  f.take_committed();
  const auto first = f.add(f.shift(-1, 12, f.counselor, f.clinician)).value();
  CHECK(f.take_committed().hints.at(0).kind == "on_call.changed");
  CHECK(first.primary_name == "Cora Counselor");
  CHECK(first.backup_name == "Cleo Clinician");
  f.add(f.shift(24, 24 * 14, f.other_counselor)).value();
  f.add(f.shift(12, 20, f.supervisor)).value();
  const auto rota = f.rota();
  REQUIRE(rota.now);
  CHECK(rota.now->id == first.id);
  REQUIRE(rota.shifts.size() == 3);
  CHECK(rota.shifts[1].primary == f.supervisor);
  REQUIRE(rota.gaps.size() == 1);
  CHECK(rota.gaps[0].from == f.now() + 20h);
  CHECK(rota.gaps[0].until == f.now() + 24h);

  f.clock.advance(12h);  // a shift ends in the moment in which the next begins
  CHECK(f.rota().now->primary == f.supervisor);
  f.clock.advance(8h);
  CHECK(!f.rota().now);
  CHECK(f.rota().shifts.size() == 1);
}

TEST_CASE("what is wrong with a shift is said all at once") {
  Rota f;
  const auto codes = [&](const NewOnCallShift& shift) {
    std::vector<std::string> found;
    const auto added = f.add(shift);
    if (!added)
      for (const auto& field : added.error().fields) found.push_back(field.pointer + " " + field.code);
    return found;
  };
  using Codes = std::vector<std::string>;
  CHECK(codes(f.shift(-25, 2, f.counselor)) == Codes{"/from too_early"});
  CHECK(codes(f.shift(2, 2, f.counselor)) == Codes{"/until out_of_range"});
  CHECK(codes(f.shift(0, 24 * 14 + 1, f.counselor)) == Codes{"/until out_of_range"});
  CHECK(codes(f.shift(-3, -1, f.counselor)) == Codes{"/until in_the_past"});
  CHECK(codes(f.shift(0, 1, f.front_desk)) == Codes{"/primary cannot_be_on_call"});
  CHECK(codes(f.shift(0, 1, f.counselor, f.counselor)) == Codes{"/backup same_person"});
  CHECK(codes(f.shift(0, 1, StaffId(999'999), f.front_desk)) ==
        Codes{"/primary cannot_be_on_call", "/backup cannot_be_on_call"});
  f.write(
      [&](Transaction& tx) { tx.run("UPDATE staff SET active = FALSE WHERE person_id = $1", f.counselor); });
  CHECK(codes(f.shift(0, 1, f.counselor)) == Codes{"/primary cannot_be_on_call"});
  const SiteId nowhere(999'999);
  CHECK(test::code(f.write([&](Transaction& tx) {
          return people::add_shift(tx, f.actor, nowhere, f.shift(0, 1, f.clinician), f.now());
        })) == "not_found");
}

TEST_CASE("two shifts of a site never overlap, of two sites they may") {
  Rota f;
  f.add(f.shift(0, 8, f.counselor)).value();
  f.add(f.shift(8, 16, f.counselor)).value();
  for (const auto& [from, until] : {std::pair{-1, 1}, {0, 8}, {7, 9}, {2, 3}, {-2, 20}, {15, 17}}) {
    CAPTURE(from);
    const auto refused = f.add(f.shift(from, until, f.clinician));
    CHECK(test::code(refused) == "overlaps");
    CHECK(refused.error().extra.contains("shift"));
  }
  CHECK(f.add(f.shift(16, 17, f.clinician)));
  const auto other = f.write([&](Transaction& tx) { return test::add_site(tx, "Hilltop"); });
  CHECK(f.write([&](Transaction& tx) {
    return people::add_shift(tx, f.actor, other, f.shift(0, 8, f.counselor), f.now());
  }));
}

TEST_CASE("the schema refuses an overlap that no operation would make") {
  Rota f;
  const auto shift = f.add(f.shift(0, 8, f.counselor)).value();
  const auto next = f.add(f.shift(8, 16, f.counselor)).value();
  const auto refuses = [&](const std::string& sql, Instant from, Instant until, std::int64_t id) {
    bool refused = false;
    try {
      f.write([&](Transaction& tx) { tx.run(sql, from, until, id); });
    } catch (const store::Violation&) {
      refused = true;
    }
    return refused;
  };
  const std::string insert =
      "INSERT INTO on_call (site_id, from_at, until_at, primary_id) SELECT site_id, $1, $2, primary_id "
      "FROM on_call WHERE id = $3";
  const std::string update = "UPDATE on_call SET from_at = $1, until_at = $2 WHERE id = $3";
  CHECK(refuses(insert, f.now() + 7h, f.now() + 9h, shift.id.value));
  CHECK(refuses(insert, f.now() + 1h, f.now() + 2h, shift.id.value));
  CHECK(refuses(update, f.now() + 7h, f.now() + 16h, next.id.value));
  CHECK(!refuses(update, f.now() + 9h, f.now() + 16h, next.id.value));
  CHECK(refuses(insert, f.now() + 20h, f.now() + 19h, shift.id.value));
}

TEST_CASE("a shift is changed by who has seen it as it is; its beginning stays once it has begun") {
  Rota f;
  const auto shift = f.add(f.shift(1, 8, f.counselor)).value();
  const auto changed = f.change(shift, f.shift(2, 9, f.clinician, f.counselor)).value();
  CHECK(changed.primary == f.clinician);
  CHECK(changed.version == shift.version + 1);
  CHECK(test::code(f.change(shift, f.shift(2, 9, f.counselor))) == "changed_meanwhile");
  f.clock.advance(3h);
  CHECK(test::code(f.change(changed, f.shift(0, 9, f.clinician))) == "has_begun");
  auto longer = f.shift(0, 9, f.clinician);
  longer.from = changed.from;
  CHECK(f.change(changed, longer).value().until == f.now() + 9h);
  f.add(f.shift(9, 12, f.counselor)).value();
  longer.until = f.now() + 10h;
  CHECK(test::code(f.change(changed, longer, changed.version + 1)) == "overlaps");
  f.clock.advance(9h);
  CHECK(test::code(f.change(changed, longer, changed.version + 1)) == "already_over");
}

TEST_CASE("a shift to come goes; one that has begun ends now and stays readable") {
  Rota f;
  const auto running = f.add(f.shift(0, 8, f.counselor)).value();
  const auto coming = f.add(f.shift(8, 16, f.clinician)).value();
  f.clock.advance(1h);
  CHECK(f.remove(coming).has_value());
  CHECK(test::code(f.remove(coming)) == "not_found");
  CHECK(f.remove(running).has_value());
  CHECK(!f.rota().now);
  const auto past =
      f.read([&](Snapshot& db) { return people::rota(db, f.site, f.now() - 2h, f.now(), f.now()); });
  REQUIRE(past->shifts.size() == 1);
  CHECK(past->shifts[0].until == f.now());
  CHECK(test::code(f.remove(running)) == "already_over");
  CHECK(f.number("SELECT count(*) FROM audit WHERE subject_kind = 'on_call'") == 4);
}
