#!/bin/bash
# Make a Windows Python under Wine, from Debian and PyPI packages only:  wine_lab.sh FOLDER [3.11]
#
# For tests only, never to ship: the interpreter is put together from the panda3d wheel (which carries
# python.org's own python3XX.dll and its modules), a five-line python.exe, and the Lib folder of the
# Linux Python of the same minor version. Needs (Debian): wine wine64 gcc-mingw-w64-x86-64 unzip.
#
# Afterwards: FOLDER/python ARGUMENTS runs it, FOLDER/reboot ends every process and boots again.
set -eu
folder=$(readlink -m "${1:?a folder}")
version=${2:-3.11}
digits=${version/./}
lib=${STDLIB:-$(python3 -c 'import sysconfig; print(sysconfig.get_paths()["stdlib"])')}
server=$(ls /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver 2>/dev/null | head -1)
export WINEPREFIX=$folder/prefix WINEARCH=win64 WINEDEBUG=-all
home=$WINEPREFIX/drive_c/Python$digits
system=$WINEPREFIX/drive_c/windows/system32
mkdir -p "$folder/wheels"
exec </dev/null

python3 -m pip download -q --no-deps --only-binary=:all: --platform win_amd64 \
    --python-version "$version" --implementation cp -d "$folder/wheels" panda3d pywin32

# Boot once and let that session end: a second boot under a living server starts two service managers.
"$server" -k >/dev/null 2>&1 || true
if [ ! -f "$WINEPREFIX/system.reg" ]; then
    timeout 180 wine wineboot -i >/dev/null 2>&1 || true
    timeout 60 wine winecfg -v win10 >/dev/null 2>&1 || true
fi
timeout 60 "$server" -w || true

mkdir -p "$home/DLLs" "$home/Lib/site-packages"
unpacked=$(mktemp -d)
unzip -q -o "$folder"/wheels/panda3d-*-cp"$digits"-*win_amd64.whl 'deploy_libs/*' -d "$unpacked"
mv "$unpacked"/deploy_libs/python"$digits".dll "$unpacked"/deploy_libs/[vV][cC][rR]*.dll "$home/"
rm -f "$unpacked"/deploy_libs/api-ms* "$unpacked"/deploy_libs/t[ck]8*
mv "$unpacked"/deploy_libs/* "$home/DLLs/"
rm -rf "$unpacked"
(cd "$lib" && tar cf - --exclude __pycache__ --exclude ./test --exclude lib-dynload \
    --exclude 'config-*' --exclude site-packages .) | tar xf - -C "$home/Lib"

cat > "$folder/python.c" <<C
#include <windows.h>
int wmain(int count, wchar_t **words) {
    HMODULE library = LoadLibraryW(L"python$digits.dll");
    if (!library) return 111;
    return ((int (*)(int, wchar_t **))GetProcAddress(library, "Py_Main"))(count, words);
}
C
x86_64-w64-mingw32-gcc -municode -O2 -s "$folder/python.c" -o "$home/python.exe"

# python3.dll forwards the stable interface to python3XX.dll; wheels of kind abi3 need it.
{
    echo "LIBRARY python3.dll"
    echo EXPORTS
    x86_64-w64-mingw32-objdump -p "$home/python$digits.dll" | awk -v dll="python$digits" '
        /\[Ordinal\/Name Pointer\]/ { inside = 1; next }
        inside && /^$/ { exit }
        inside && /\[ *[0-9]+\]/ { print " " $NF " = " dll "." $NF }'
} > "$folder/python3.def"
echo > "$folder/empty.c"
x86_64-w64-mingw32-gcc -shared -nostdlib -Wl,--entry,0 -o "$home/python3.dll" \
    "$folder/empty.c" "$folder/python3.def" 2>/dev/null

# ProcessPrng is missing from Wine 8 and needed by everything built with a recent Rust.
if [ ! -f "$system/bcryptprimitives.dll" ]; then
    cat > "$folder/prng.c" <<'C'
#include <windows.h>
BOOLEAN WINAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE target, SIZE_T left) {
    while (left) {
        ULONG part = left > 0x10000000 ? 0x10000000 : (ULONG)left;
        if (!SystemFunction036(target, part)) return FALSE;
        target += part;
        left -= part;
    }
    return TRUE;
}
C
    x86_64-w64-mingw32-gcc -shared -O2 -s "$folder/prng.c" \
        -o "$system/bcryptprimitives.dll" -ladvapi32
fi

# The product with its locked dependencies; markers for Windows are not seen from here.
project=$(readlink -m "$(dirname "$0")/..")
python3 -m pip download -q --no-deps --only-binary=:all: --platform win_amd64 \
    --python-version "$version" --implementation cp --require-hashes \
    -r "$project/requirements.lock" -d "$folder/wheels"
python3 -m pip download -q --no-deps -d "$folder/wheels" colorama
rm -f "$folder"/wheels/risk_manager-*.whl
python3 -m pip wheel -q --no-deps -w "$folder/wheels" "$project"
rm -rf "$home/Lib/site-packages/risk_manager"
for wheel in "$folder"/wheels/*.whl; do
    case $wheel in *panda3d*) ;; *) unzip -q -o "$wheel" -d "$home/Lib/site-packages" ;; esac
done

# Standard output must be a pipe: Wine 8 gives Python an invalid handle for a file.
cat > "$folder/python" <<X
#!/bin/bash
export WINEPREFIX=$WINEPREFIX WINEDEBUG=-all
set -o pipefail
timeout \${LIMIT_S:-120} wine 'C:\\Python$digits\\python.exe' "\$@" </dev/null 2>&1 | cat
X
# The server is started with its output away from ours, or readers of our output wait for ever.
cat > "$folder/reboot" <<X
#!/bin/bash
export WINEPREFIX=$WINEPREFIX WINEDEBUG=-all
$server -k
sleep 2
(setsid $server -p >/dev/null 2>&1)
timeout 100 wine cmd /c ver >/dev/null 2>&1
X
chmod +x "$folder/python" "$folder/reboot"
"$folder/reboot"
"$folder/python" -c 'import sys, win32service, risk_manager; print(sys.version)'
