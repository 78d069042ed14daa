// What goes into a statement comes out again, on every engine; and parameters and columns that do not
// fit are told, not guessed.
#include <limits>

#include "store/engine.hpp"

namespace circled {
namespace {

using namespace test;
using store::Snapshot;
using store::Transaction;

enum class Mood { calm, low, high };
BOOST_DESCRIBE_ENUM(Mood, calm, low, high)

struct Line {
  std::int64_t whole;
  std::optional<std::string> text;
  bool flag;
};
BOOST_DESCRIBE_STRUCT(Line, (), (whole, text, flag))

// Writes `value` by `insert` and reads it back by `select`, in a transaction of its own.
template <class T, class V = T>
T there_and_back(Store& store, std::string_view insert, std::string_view select, const V& value) {
  const auto id = store.write_now(
      "test", [&](Transaction& tx) -> Result<std::int64_t> { return *tx.one<std::int64_t>(insert, value); });
  return store.read_now([&](Snapshot& db) { return *db.one<T>(select, id.value()); });
}

template <class T, class V = T>
T whole(Store& store, const V& value) {
  return there_and_back<T, V>(store, "INSERT INTO sample (whole) VALUES ($1) RETURNING id",
                              "SELECT whole FROM sample WHERE id = $1", value);
}
template <class T, class V = T>
T text(Store& store, const V& value) {
  return there_and_back<T, V>(store, "INSERT INTO sample (text) VALUES ($1) RETURNING id",
                              "SELECT text FROM sample WHERE id = $1", value);
}
template <class T, class V = T>
T real(Store& store, const V& value) {
  return there_and_back<T, V>(store, "INSERT INTO sample (real) VALUES ($1) RETURNING id",
                              "SELECT real FROM sample WHERE id = $1", value);
}
template <class T, class V = T>
T flag(Store& store, const V& value) {
  return there_and_back<T, V>(store, "INSERT INTO sample (flag) VALUES ($1) RETURNING id",
                              "SELECT flag FROM sample WHERE id = $1", value);
}

TEST_CASE_TEMPLATE("numbers come back as they went in", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Store& s = sample.store;
  using Limit = std::numeric_limits<std::int64_t>;
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, Limit::min(), Limit::max(),
                               std::int64_t{1} << 53, (std::int64_t{1} << 53) + 1})
    CHECK(whole<std::int64_t>(s, n) == n);
  CHECK(whole<int>(s, -7) == -7);

  for (const double d : {0.0, 0.1, 1.0 / 3, -40.7128, 1e308, std::numeric_limits<double>::denorm_min(),
                         std::numeric_limits<double>::max()})
    CHECK(real<double>(s, d) == d);
  CHECK(real<Real<-90'000, 90'000>>(s, Real<-90'000, 90'000>{40.7128}).value == 40.7128);
  CHECK(whole<Number<0, 10>>(s, Number<0, 10>{7}).value == 7);

  CHECK(flag<bool>(s, true) == true);
  CHECK(flag<bool>(s, false) == false);
}

TEST_CASE_TEMPLATE("text comes back byte by byte", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  const std::string texts[] = {"",
                               " ",
                               "O'Neill said \"$1\" -- ; DROP TABLE sample",
                               "\x01\t\r\n\x7f",
                               "Zo\xc3\xab",                // U+00EB, composed
                               "Zoe\xcc\x88",               // the same, decomposed: not to be normalised
                               "\xf0\x9f\x92\x99",          // U+1F499
                               "\xef\xbf\xbf\xef\xbb\xbf",  // U+FFFF and a byte order mark
                               "\xd8\xa7\xd9\x84\xd8\xad\xd9\x85\xd8\xaf",
                               std::string(200'000, 'x')};
  for (const auto& t : texts) CHECK(text<std::string>(sample.store, t) == t);
  CHECK(text<std::string, std::string_view>(sample.store, std::string_view("half of it").substr(0, 4)) ==
        "half");
  CHECK(text<Text<1, 10>>(sample.store, Text<1, 10>("Ana")) == "Ana");
}

// The numbers that stand in the database are a contract with whoever reads it beside us.
TEST_CASE_TEMPLATE("our own words have one form in the database", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Store& s = sample.store;

  const Instant noon = *parse_instant("2026-03-10T12:00:00.001Z");
  CHECK(whole<Instant>(s, noon) == noon);
  CHECK(whole<std::int64_t>(s, noon) == 1'773'144'000'001);
  const Instant before_epoch = from_millis(-1);
  CHECK(whole<Instant>(s, before_epoch) == before_epoch);

  const Date day = *parse_date("2026-03-10");  // 56 years of 365 days, 14 leap days, 59 + 9 days
  CHECK(whole<Date>(s, day) == day);
  CHECK(whole<std::int64_t>(s, day) == 56 * 365 + 14 + 59 + 9);
  const Date day_before_epoch = Date{std::chrono::days(-1)};
  CHECK(whole<Date>(s, day_before_epoch) == day_before_epoch);

  const TimeOfDay evening = *parse_time_of_day("18:30");
  CHECK(whole<TimeOfDay>(s, evening) == evening);
  CHECK(whole<std::int64_t>(s, evening) == 18 * 60 + 30);
  CHECK(whole<Minutes>(s, Minutes(50)) == Minutes(50));
  CHECK(whole<std::int64_t>(s, Seconds(50)) == 50);

  CHECK(text<Mood>(s, Mood::low) == Mood::low);
  CHECK(text<std::string>(s, Mood::high) == "high");
  CHECK(whole<SessionId>(s, SessionId(41)) == SessionId(41));
}

TEST_CASE_TEMPLATE("nothing comes back as nothing", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Store& s = sample.store;
  using MaybeText = std::optional<std::string>;
  using MaybeInstant = std::optional<Instant>;
  using MaybeMood = std::optional<Mood>;

  CHECK(text<MaybeText>(s, MaybeText{}) == std::nullopt);
  CHECK(text<MaybeText>(s, MaybeText{""}) == MaybeText{""});
  CHECK(text<MaybeText>(s, nullptr) == std::nullopt);
  CHECK(text<MaybeText>(s, std::nullopt) == std::nullopt);
  CHECK(text<MaybeMood>(s, MaybeMood{}) == std::nullopt);
  CHECK(text<MaybeMood>(s, MaybeMood{Mood::calm}) == MaybeMood{Mood::calm});
  CHECK(whole<MaybeInstant>(s, MaybeInstant{}) == std::nullopt);
  CHECK(whole<MaybeInstant>(s, MaybeInstant{from_millis(0)}) == MaybeInstant{from_millis(0)});
  CHECK(real<std::optional<double>>(s, std::optional<double>{}) == std::nullopt);
  CHECK(flag<std::optional<bool>>(s, std::optional<bool>{false}) == std::optional<bool>{false});

  // No row is one thing, a row that holds nothing another.
  const auto no_row = s.read_now([](Snapshot& db) {
    return db.one<std::optional<std::string>>("SELECT text FROM sample WHERE id = $1", std::int64_t{-1});
  });
  CHECK_FALSE(no_row.has_value());
}

TEST_CASE_TEMPLATE("parameters stand in any order, twice, or not at all", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  const auto line = [&](auto f) {
    return sample.store.write_now("test", [&](Transaction& tx) -> Result<Line> { return *f(tx); }).value();
  };

  const auto turned = line([](Transaction& tx) {
    return tx.one<Line>(
        "INSERT INTO sample (text, flag, whole) VALUES ($3, $1, $2) RETURNING whole, text, flag", true, 11,
        "eleven");
  });
  CHECK(turned.whole == 11);
  CHECK(turned.text == "eleven");
  CHECK(turned.flag);

  const auto twice = line([](Transaction& tx) {
    return tx.one<Line>(
        "INSERT INTO sample (whole, text, flag) VALUES ($2 + $2, $1, $2 > $2) RETURNING whole, text, flag",
        "doubled", 21);
  });
  CHECK(twice.whole == 42);
  CHECK(twice.text == "doubled");
  CHECK_FALSE(twice.flag);

  const auto skipped = line([](Transaction& tx) {
    return tx.one<Line>(
        "INSERT INTO sample (whole, text, flag) VALUES ($4, $2, TRUE) RETURNING whole, text, flag", 1, "two",
        3, 4);
  });
  CHECK(skipped.whole == 4);
  CHECK(skipped.text == "two");

  // Far apart, and past the one-digit numbers: $1 is not the beginning of $12.
  const auto far = line([](Transaction& tx) {
    return tx.one<Line>(
        "INSERT INTO sample (whole, text, flag) VALUES ($20, $12, FALSE) RETURNING whole, text, flag", 1, 2,
        3, 4, 5, 6, 7, 8, 9, 10, 11, "twelve", 13, 14, 15, 16, 17, 18, 19, 20);
  });
  CHECK(far.whole == 20);
  CHECK(far.text == "twelve");
}

TEST_CASE_TEMPLATE("a parameter that was not given is a bug, not the last call's value", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  CHECK_THROWS_AS(sample.store.write_now("test",
                                         [](Transaction& tx) -> Result<bool> {
                                           const auto sql =
                                               "INSERT INTO sample (whole, text) VALUES ($1, $2)";
                                           tx.run(sql, 1, "one");
                                           tx.run(sql, 2);
                                           return true;
                                         }),
                  std::logic_error);
  CHECK(sample.rows() == 0);
}

TEST_CASE_TEMPLATE("rows become structs, tuples and single values", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  sample.store
      .write_now("test",
                 [](Transaction& tx) -> Result<bool> {
                   tx.run(
                       "INSERT INTO sample (whole, text, flag) VALUES (1, 'one', TRUE), (2, NULL, FALSE), "
                       "(3, 'three', TRUE)");
                   return true;
                 })
      .value();

  const auto lines = sample.store.read_now(
      [](Snapshot& db) { return db.all<Line>("SELECT whole, text, flag FROM sample ORDER BY whole"); });
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].whole == 2);
  CHECK(lines[1].text == std::nullopt);
  CHECK_FALSE(lines[1].flag);
  CHECK(lines[2].text == "three");

  const auto first = sample.store.read_now([](Snapshot& db) {
    return db.one<std::tuple<std::string, int>>(
        "SELECT text, whole FROM sample WHERE flag = TRUE ORDER BY whole");
  });
  CHECK(first == std::tuple<std::string, int>("one", 1));

  std::int64_t sum = 0;
  sample.store.read_now([&](Snapshot& db) {
    db.each<std::int64_t>([&](std::int64_t n) { sum += n; }, "SELECT whole FROM sample WHERE whole > $1", 1);
    return true;
  });
  CHECK(sum == 2 + 3);
}

TEST_CASE_TEMPLATE("a row of another width than what is read is a bug", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  sample.store
      .write_now("test",
                 [](Transaction& tx) -> Result<bool> {
                   tx.run("INSERT INTO sample (whole, text) VALUES (1, 'sad')");
                   return true;
                 })
      .value();
  const auto read = [&](auto f) {
    return sample.store.read_now([&](Snapshot& db) { return f(db).has_value(); });
  };

  CHECK_THROWS_AS(read([](Snapshot& db) { return db.one<Line>("SELECT whole, text FROM sample"); }),
                  std::logic_error);
  CHECK_THROWS_AS(read([](Snapshot& db) { return db.one<Line>("SELECT whole, text, flag, id FROM sample"); }),
                  std::logic_error);
  CHECK_THROWS_AS(read([](Snapshot& db) { return db.one<std::tuple<int>>("SELECT whole, id FROM sample"); }),
                  std::logic_error);
  CHECK_THROWS_AS(read([](Snapshot& db) { return db.one<int>("SELECT whole, id FROM sample"); }),
                  std::logic_error);

  // Nor is a word the enum does not know taken for its first.
  CHECK_THROWS_AS(read([](Snapshot& db) { return db.one<Mood>("SELECT text FROM sample"); }),
                  std::runtime_error);

  // A read that threw left nothing behind that the next would stumble over.
  CHECK(sample.rows() == 1);
}

}  // namespace
}  // namespace circled
