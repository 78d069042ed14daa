# Writes one .cpp that holds every numbered migration of FOLDER/sqlite and FOLDER/postgres: number, name,
# SHA-256 of the text, text. Called as a build step: cmake -DFOLDER=… -DOUTPUT=… -P embed_migrations.cmake
set(text_of_all "")
foreach(engine sqlite postgres)
  file(GLOB files ${FOLDER}/${engine}/[0-9]*.sql)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" number ${name})
    math(EXPR number "${number} + 0")
    file(READ ${file} text)
    string(SHA256 hash "${text}")
    # A string literal ends at 64 KB in some compilers; adjacent literals join, so cut at blank lines.
    string(REPLACE "\n\n" "\n\n)sql\"\n  R\"sql(" text "${text}")
    string(APPEND rows "  {${number}, \"${name}\", \"${hash}\", R\"sql(${text})sql\"},\n")
  endforeach()
  string(APPEND text_of_all "
static const Migration ${engine}_steps[] = {
${rows}};

std::span<const Migration> ${engine}_migrations() { return ${engine}_steps; }
")
endforeach()
file(WRITE ${OUTPUT} "// Generated from schema/ by scripts/embed_migrations.cmake; do not edit.
#include \"store/migration.hpp\"

namespace circled::store {
${text_of_all}
}  // namespace circled::store
")
