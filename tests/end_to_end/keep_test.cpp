// Keeping the data: restarts, backup, restore, verify.
#include <doctest/doctest.h>

#include <fstream>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("a restart in the middle: sign-ins, sessions, streams and reminders go on") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  Live phone = device.live();
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 40h;
  const auto before = programme.counselor.post("/api/v1/sessions", programme.booking(ana, start));
  const auto after = id(json::value(next_event(phone, "appointment.booked")), "seq");
  // Its reminder falls due while nobody serves.
  const auto due = now() + 2h + 1s;
  const auto soon = programme.counselor.post("/api/v1/sessions", programme.booking(ana, due, 15));

  CHECK(programme.server().stop() == 0);
  CHECK(phone.close_code() == 1001);
  programme.start();
  device.move_to(programme.port());

  Live again = device.live(after);
  CHECK(next_event(again, "appointment.booked").at("session") == soon.at("id"));
  CHECK(next_event(again, "reminder.due").at("subject") == soon.at("id"));
  CHECK(programme.counselor.get("/api/v1/sessions/" + std::to_string(id(before))).at("id") ==
        before.at("id"));
}

TEST_CASE("backup beside a running server, restore into an empty folder, verify both") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 40h;
  const auto kept = programme.counselor.post("/api/v1/sessions", programme.booking(ana, start));
  const std::string file = programme.folder() / "backup.circled";
  const Finished made = run({"backup", file, "--data", programme.data()});
  CHECK(made.code == 0);
  CHECK(fs::exists(file));
  CHECK(fs::exists(file + ".key"));
  CHECK(!fs::exists(file + "-wal"));
  const auto lost = programme.counselor.post("/api/v1/sessions", programme.booking(ana, start + 2h));
  CHECK(run({"backup", file, "--data", programme.data()}).code == 2);  // never over an older one

  const Finished sound = run({"verify", "--data", programme.data()});
  CHECK(sound.code == 0);
  CHECK(sound.out.find("integrity: ok") != std::string::npos);
  CHECK(sound.out.find("foreign keys: ok") != std::string::npos);
  CHECK(sound.out.find("audit chain: ok") != std::string::npos);

  // Not into a folder that somebody uses, nor over data without being told.
  CHECK(run({"restore", file, "--data", programme.data(), "--replace"}).code == 2);
  CHECK(programme.server().stop() == 0);
  const Finished refused = run({"restore", file, "--data", programme.data()});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("--replace") != std::string::npos);

  const std::string other = programme.folder() / "other";
  CHECK(run({"restore", file, "--data", other}).code == 0);
  CHECK(run({"verify", "--data", other}).code == 0);
  CHECK(run({"restore", file, "--data", programme.data(), "--replace"}).code == 0);
  programme.start();
  CHECK(programme.counselor.ask("GET", "/api/v1/sessions/" + std::to_string(id(kept))).status == 200);
  CHECK(programme.counselor.ask("GET", "/api/v1/sessions/" + std::to_string(id(lost))).status == 404);
}

TEST_CASE("a damaged backup is refused and the folder keeps what it has") {
  Programme programme;
  const std::string file = programme.folder() / "backup.circled";
  REQUIRE(run({"backup", file, "--data", programme.data()}).code == 0);
  CHECK(programme.server().stop() == 0);
  {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(3 * 4096 + 10);
    out << std::string(20000, '\xaa');
  }
  const Finished refused = run({"restore", file, "--data", programme.data(), "--replace"});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("not sound") != std::string::npos);
  programme.start();
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 200);
}

TEST_CASE("verify finds an audit entry that somebody changed") {
  Programme programme;
  CHECK(programme.server().stop() == 0);
  const std::string database = programme.data() + "/circled.sqlite3";
  REQUIRE(std::system(("sqlite3 '" + database +
                       "' \"DROP TRIGGER audit_is_fixed; UPDATE audit SET action = "
                       "'nothing.happened' WHERE id = 2\"")
                          .c_str()) == 0);
  const Finished found = run({"verify", "--data", programme.data()});
  CHECK(found.code == 1);
  CHECK(found.out.find("entry 2 ") != std::string::npos);
}
