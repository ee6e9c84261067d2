#!/bin/sh
# Installs mediasoup in a folder and builds its worker there from the sources in its npm package, with Debian 12's
# libraries in place of those that its own build fetches from elsewhere. 3.12 is the last line whose dependencies are the
# ones that Debian 12 has. Takes five minutes on two cores.
#
#   apt-get install -y --no-install-recommends g++ libssl-dev libsrtp2-dev libuv1-dev libusrsctp-dev \
#     nlohmann-json3-dev libabsl-dev
#   bench/rivals/build-mediasoup.sh /opt/mediasoup
#   npm run bench -- --case fan-out --peer mediasoup --mediasoup /opt/mediasoup
#
# SRTP names another libsrtp than Debian's, whose ciphers are NSS's: libsrtp2.a, built with --enable-openssl.
set -eu
folder=${1:?name a folder}
mkdir -p "$folder/objects"
folder=$(cd "$folder" && pwd)
npm install --prefix "$folder" --ignore-scripts --no-save mediasoup@3.12.16
cd "$folder/node_modules/mediasoup/worker"
{ find src -name '*.cpp'; find deps/libwebrtc -name '*.cc'; } | OBJECTS="$folder/objects" xargs -P "$(nproc)" -I{} sh -c '
  object=$OBJECTS/$(echo "$1" | tr / _).o
  test -f "$object" || g++ -std=c++17 -O3 -DNDEBUG -DMS_LITTLE_ENDIAN -DMS_EXECUTABLE -w -Iinclude -Ideps/libwebrtc \
    -Ideps/libwebrtc/libwebrtc -I/usr/include/srtp2 -c "$1" -o "$object"' sh {}
libraries=$(dirname "$(find /usr/lib -name libabsl_base.a | head -n 1)")
# shellcheck disable=SC2046
g++ -o "$folder/mediasoup-worker" "$folder"/objects/*.o "${SRTP:--lsrtp2}" -luv -lusrsctp -lssl -lcrypto \
  -Wl,--start-group $(find "$libraries" -name 'libabsl_*.a' ! -name '*flags*') -Wl,--end-group -lpthread
rm -r "$folder/objects"
echo "$folder/mediasoup-worker"
