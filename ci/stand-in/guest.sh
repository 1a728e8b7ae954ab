# shellcheck shell=bash
# Words for stand-in guests (see qemu-system-x86_64): what the real guest would write to the console and to the samples' port.
# Time stamps are made, not waited for: each sample is 20 ms after the one before.

BOOT_ID=$(cat /proc/sys/kernel/random/uuid)
T_NS=1000000000

line() { printf '%s\n' "$1" >>"$SAMPLES"; }
console() { printf '%s\r\n' "$*" >>"$CONSOLE"; }

# hello [RELEASE]
hello() {
	console "[    0.000000] Linux version ${1:-6.1.0-stand-in} (stand-in)"
	line "{\"type\":\"hello\",\"version\":1,\"release\":\"${1:-6.1.0-stand-in}\",\"machine\":\"x86_64\",\"page_size\":4096,\"boot_id\":\"$BOOT_ID\",\"cpus\":2,\"nodes\":2,\"memory_bytes\":536870912}"
	line '{"type":"keys","keys":["nr_free_pages","pgmigrate_success","pgmigrate_fail"]}'
}

phase() { line "{\"type\":\"phase\",\"t\":$T_NS,\"phase\":\"$1\"}"; }

# sample SUCCESS FAIL: the whole of /proc/vmstat comes with it, as at the workload's start and end.
sample() {
	line "{\"type\":\"sample\",\"t\":$T_NS,\"v\":[$1,$2]}"
	line "{\"type\":\"vmstat\",\"t\":$T_NS,\"v\":[100000,$1,$2]}"
	T_NS=$((T_NS + 20000000))
}

# ordered KEY: the value of the guest's order KEY=VALUE, or nothing.
ordered() { [[ " ${ORDERS##* -- } " =~ \ $1=([^ ]*)\  ]] && printf '%s' "${BASH_REMATCH[1]}"; }

# work STEP STEPS: a sample each time STEP more migrations were tried, so often, or until as many as ordered; then the last line.
work() {
	local enough n by=time
	enough=$(ordered migrations) || enough=0
	phase workload
	for ((n = 0; n <= $2; n++)); do
		sample $((n * $1)) 0
		((enough == 0 || n * $1 < enough)) || { by=migrations; break; }
	done
	phase finish
	line "{\"type\":\"result\",\"t\":$T_NS,\"status\":\"done\",\"detail\":\"\"$( ((enough == 0)) || printf ',"ended_by":"%s"' $by)}"
}

# result done|error [DETAIL]: the last line; the script should end behind it.
result() {
	phase finish
	line "{\"type\":\"result\",\"t\":$T_NS,\"status\":\"$1\",\"detail\":\"${2:-}\"}"
}

# crash: the BUG of the founding thread, as a real kernel printed it, at the time of the last sample; then a reset.
crash() {
	local text stamp at_us=$(((T_NS - 20000000) / 1000))
	stamp=$(printf '[%5d.%06d]' $((at_us / 1000000)) $((at_us % 1000000)))
	while IFS= read -r text; do
		console "$stamp $text"
	done <"$STAND_IN/crash.txt"
	console "$stamp Kernel panic - not syncing: Fatal exception"
	exit 10
}

# crash_at FAULT CALLER: a BUG in function+0xOFFSET/0xSIZE, called by the next; then a reset.
crash_at() {
	local text
	for text in '------------[ cut here ]------------' 'kernel BUG at init/main.c:7!' 'invalid opcode: 0000 [#1] SMP' \
		'CPU: 0 PID: 71 Comm: migstress Not tainted 6.1.0-tiny #1' "RIP: 0010:$1" 'Code: <0f> 0b' 'Call Trace:' ' <TASK>' \
		" $2" ' </TASK>' '---[ end trace 0000000000000000 ]---' 'Kernel panic - not syncing: Fatal exception'; do
		console "[    1.020000] $text"
	done
	exit 10
}
