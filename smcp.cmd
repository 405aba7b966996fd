@echo off
rem Builds ServerlessMcp if a source is newer than the last build (visibly, on stderr), then runs it with your arguments.
setlocal
set "ROOT=%~dp0"
set "BINARY=%ROOT%artifacts\bin\ServerlessMcp.Local\release\ServerlessMcp.Local.exe"
set "STAMP=%ROOT%artifacts\smcp\built"

powershell -NoProfile -ExecutionPolicy Bypass -Command "if (-not (Test-Path $env:BINARY) -or -not (Test-Path $env:STAMP)) { exit 1 }; $built = (Get-Item $env:STAMP).LastWriteTimeUtc; $newer = Get-ChildItem -Recurse -Path (Join-Path $env:ROOT 'src'), (Join-Path $env:ROOT 'statemachines'), (Join-Path $env:ROOT 'Directory.*.props'), (Join-Path $env:ROOT 'global.json') -ErrorAction SilentlyContinue | Where-Object { $_.FullName -notmatch 'node_modules' -and $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1; if ($newer) { exit 1 }"
if not errorlevel 1 goto run

pushd "%ROOT%"
dotnet --version >nul 2>nul
if errorlevel 1 (
  popd
  echo smcp: building needs the .NET SDK 10, which is missing; get it with: winget install Microsoft.DotNet.SDK.10 1>&2
  exit /b 3
)
node -e "process.exit(+process.versions.node.split('.')[0] >= 20 ? 0 : 1)" >nul 2>nul
if errorlevel 1 (
  popd
  echo smcp: building needs Node.js 20 or newer, which is missing; get it with: winget install OpenJS.NodeJS.LTS 1>&2
  exit /b 3
)

if exist "%STAMP%" (
  echo Building ServerlessMcp ^(its sources changed^)... 1>&2
) else (
  echo Building ServerlessMcp ^(first time: about a minute^)... 1>&2
)
if not exist "%ROOT%artifacts\smcp" mkdir "%ROOT%artifacts\smcp"
type nul > "%STAMP%.next"
set MSBUILDDISABLENODEREUSE=1
set DOTNET_NOLOGO=1
dotnet build "%ROOT%src\ServerlessMcp.Local" -c Release -v minimal -nologo --tl:off -p:UseSharedCompilation=false 1>&2 <nul
if errorlevel 1 (
  popd
  echo smcp: the build failed; the lines above say why. 1>&2
  exit /b 3
)
move /y "%STAMP%.next" "%STAMP%" >nul
popd

:run
"%BINARY%" %*
exit /b %errorlevel%
