# shellcheck shell=bash
# What the launchers share: they set root, launch (a folder for build results) and modules, and define fail.

find_java() {
  local fix='Install a JDK 17 (Debian, Ubuntu: apt install openjdk-17-jdk-headless; others: https://adoptium.net) and set JAVA_HOME to it.'
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
    [[ -x $java ]] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java. $fix"
  else
    java=$(command -v java) || fail "no Java found: JAVA_HOME is not set and no java is on the PATH. $fix"
  fi
  local version
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
  [[ $version == 17 || $version == 17.* ]] ||
    fail "Lockstep runs on Java 17, found Java ${version:-of an unknown version} at $java. $fix"
}

# Whether a build result ($1) is at least as new as everything it is made of. Folders count, so deletions do too.
up_to_date() {
  [[ -f $1 ]] || return 1
  [[ -z $(cd "$root" && find pom.xml .mvn "${modules[@]/%//pom.xml}" "${modules[@]/%//src/main}" \
    -newer "$1" -print -quit) ]]
}

# Where Maven keeps what it downloads, unless its settings.xml says otherwise. Java takes the home directory from the
# user database and not from HOME, so Java is asked, with the options that Maven will have.
maven_repository() {
  # shellcheck disable=SC2086 # options are separated by blanks
  "$java" ${MAVEN_OPTS:-} -XshowSettings:properties -version 2>&1 |
    sed -n -e 's/^ *maven\.repo\.local = //p' -e 's/^ *user\.home = \(.*\)/\1\/.m2\/repository/p' | head -n 1
}

# Makes a build result ($1) with Maven ($2 ...): one launch at a time, Maven's words only if it fails.
build() {
  local result=$1
  shift
  up_to_date "$result" && return
  mkdir -p "$launch"
  (
    if command -v flock >/dev/null; then flock 9; fi
    up_to_date "$result" && exit 0 # another launch has built it while this one waited
    if [[ -d $(maven_repository)/org/apache/spark ]]; then
      echo 'Building Lockstep ...' >&2
    else
      echo 'Building Lockstep (the first run downloads about 500 MB) ...' >&2
    fi
    touch "$launch/started"
    if ! (cd "$root" && ./mvnw -q -B "$@") >"$launch/build.log" 2>&1; then
      cat "$launch/build.log" >&2
      echo "$program: the build failed; Maven's output is above and in $launch/build.log" >&2
      exit 1
    fi
    # As old as the start of the build: what was edited meanwhile is newer and built next time.
    touch -r "$launch/started" "$result"
  ) 9>"$launch.lock"
}
