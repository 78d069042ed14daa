#include "people/duplicate.hpp"

#include <doctest/doctest.h>

#include "people/rules.hpp"
#include "support/care.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;

TEST_CASE("of a telephone number the last ten digits count, however it was typed") {
  CHECK(rules::phone_key("(555) 010-0123") == "5550100123");
  CHECK(rules::phone_key("+1 555.010.0123") == "5550100123");
  CHECK(rules::phone_key("010-0123") == "0100123");
  CHECK(rules::phone_key("12 34 56") == "");  // six digits identify nobody
  CHECK(rules::phone_key("none") == "");
}

TEST_CASE("names are alike by one word, or by one letter of a longer one") {
  CHECK(rules::similar_names("ana alvarez", "anna alvarez"));
  CHECK(rules::similar_names("ana alvarez", "anamaria alvares"));  // z for s
  CHECK(rules::similar_names("zoë kim", "kim zoe"));
  CHECK(rules::similar_names("jon smith", "john smiht"));  // swapped
  CHECK(rules::similar_names("maria-luz vega", "luz ortiz"));
  CHECK(rules::similar_names("rené x", "rene y"));       // é is one letter, of two bytes
  CHECK_FALSE(rules::similar_names("ana x", "ann y"));   // too short to differ
  CHECK_FALSE(rules::similar_names("smith", "smyths"));  // two letters
  CHECK_FALSE(rules::similar_names("ana alvarez", "ben berg"));
  CHECK_FALSE(rules::similar_names("", ""));
}

namespace {

Newcomer newcomer(const char* name, const char* family, const char* born_on = nullptr,
                  const char* phone = nullptr) {
  Newcomer newcomer{};
  newcomer.preferred_name = Text<1, 100>(name);
  newcomer.family_name = Text<0, 100>(family);
  if (born_on) newcomer.born_on = parse_date(born_on);
  if (phone) newcomer.phone = Text<0, 40>(phone);
  return newcomer;
}

struct DuplicateFixture : CareFixture {
  DuplicateFixture() {
    write([this](Transaction& tx) {
      tx.run(
          "UPDATE client SET born_on = $2, phone = '555-010-0123', phone_key = '5550100123' "
          "WHERE person_id = $1",
          ana, *parse_date("1990-05-01"));
      tx.run("UPDATE client SET born_on = $2 WHERE person_id = $1", ben, *parse_date("1990-05-01"));
    });
  }
  Duplicates like(const api::Identity& who, const Newcomer& someone) {
    return read([&](Snapshot& db) { return duplicates(db, who, someone, now()); });
  }
};

}  // namespace

TEST_CASE("possible duplicates, each with why") {
  DuplicateFixture f;
  const auto all = f.like(f.ada, newcomer("ANA", "Alvarez", "1990-05-01", "+1 (555) 010 0123"));
  REQUIRE(all.matches.size() == 1);
  CHECK(all.matches[0].id == f.ana);
  CHECK(all.matches[0].why ==
        std::vector<Likeness>{Likeness::same_name, Likeness::born_on_and_like_name, Likeness::same_phone});
  CHECK_FALSE(all.ask_a_supervisor);

  // Born on that day too, and of another name: nobody.
  CHECK(f.like(f.ada, newcomer("Carl", "Crane", "1990-05-01")).matches.empty());
  CHECK(f.like(f.ada, newcomer("Anna", "Alvares", "1990-05-01")).matches.size() == 1);
  CHECK(f.like(f.ada, newcomer("Anna", "Alvares", "1990-05-02")).matches.empty());
  CHECK(f.like(f.ada, newcomer("Carl", "Crane", nullptr, "5550100123")).matches[0].why ==
        std::vector<Likeness>{Likeness::same_phone});
  CHECK(f.like(f.ada, newcomer("Carl", "Crane", nullptr, "")).matches.empty());
}

TEST_CASE("of records out of reach nothing is said but that a supervisor should be asked") {
  DuplicateFixture f;
  f.write([&](Transaction& tx) { test::add_client(tx, f.site, "Ana", "Alvarez"); });
  const auto cora = f.like(f.cora, newcomer("Ana", "Alvarez"));
  REQUIRE(cora.matches.size() == 1);  // hers
  CHECK(cora.matches[0].id == f.ana);
  CHECK(cora.ask_a_supervisor);  // the other Ana

  const auto otto = f.like(f.otto, newcomer("Ana", "Alvarez", "1990-05-01"));
  CHECK(otto.matches.empty());
  CHECK(otto.ask_a_supervisor);
  CHECK(json::to_text(otto) == R"({"matches":[],"ask_a_supervisor":true})");
  CHECK_FALSE(f.like(f.otto, newcomer("Nobody", "Known")).ask_a_supervisor);
}

TEST_CASE("who is admitted is found by birth and by telephone") {
  DuplicateFixture f;
  NewClient kim{};
  kim.preferred_name = Text<1, 100>("Kim");
  kim.family_name = Text<0, 100>("Quist");
  kim.site = f.site;
  kim.phase = Phase::treatment;
  kim.phone = Text<0, 40>("555 777 8888");
  kim.born_on = parse_date("2001-01-31");
  const auto added =
      f.write([&](Transaction& tx) { return add_client(tx, f.ada, f.actor, kim, f.now()).value().id; });
  const auto found = f.like(f.ada, newcomer("Kym", "Quist", "2001-01-31", "(555) 777-8888"));
  REQUIRE(found.matches.size() == 1);
  CHECK(found.matches[0].id == added);
  CHECK(found.matches[0].born_on == parse_date("2001-01-31"));
  CHECK(found.matches[0].why.size() == 2);
}
