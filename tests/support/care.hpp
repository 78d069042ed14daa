// The small programme with people in care: Ana and Ben are admitted, and there are a clinician and a
// supervisor to decide about them.
#pragma once
#include "people/episode.hpp"
#include "support/programme.hpp"

namespace circled::test {

inline EpisodeId admit(Transaction& tx, ClientId client, std::string_view phase,
                       std::int64_t admitted_on = 20'000) {
  const auto episode = *tx.one<EpisodeId>(
      "INSERT INTO episode (client_id, admitted_on) VALUES ($1, $2) RETURNING id", client, admitted_on);
  tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, $3)", episode, phase, admitted_on);
  return episode;
}

// Ana is in detox, Ben in treatment, since 2024-10-04 (day 20,000). Cleo the clinician is assigned to Ana
// too; Sue supervises; Otto reaches nobody.
struct CareFixture : CalendarFixture {
  StaffId clinician, supervisor;
  EpisodeId anas;
  api::Identity cleo, sue;

  CareFixture() {
    write([this](Transaction& tx) {
      clinician = add_staff(tx, site, "Cleo Clinician", "clinician");
      supervisor = add_staff(tx, site, "Sue Supervisor", "supervisor");
      assign(tx, clinician, ana);
      anas = admit(tx, ana, "detox");
      admit(tx, ben, "treatment");
      cleo = identity(add_account(tx, clinician), clinician, api::Role::clinician, site);
      sue = identity(add_account(tx, supervisor), supervisor, api::Role::supervisor, site);
    });
  }
};

}  // namespace circled::test
