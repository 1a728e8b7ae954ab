#!/bin/sh
# frames.sh VMLINUX: shell variables with the frames that a crash of it would print: FAULT (in tiny_read, at its second ud2) and
# CALLER (in kernel_main, the return address), each function+0xOFFSET/0xSIZE, the size being that up to the next symbol.
objdump -d --no-show-raw-insn "$1" | awk '
	function hex(text,  i, n) {
		for (i = 1; i <= length(text); i++) n = n * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return n
	}
	/^[0-9a-f]+ <.*>:$/ { if (name != "") size[name] = hex($1) - start[name]; name = substr($2, 2, length($2) - 3); start[name] = hex($1); next }
	/^ *[0-9a-f]+:/ {
		at = hex(substr($1, 1, length($1) - 1))
		if (after_call) { caller = name; caller_offset = at - start[name]; after_call = 0 }
		if ($2 == "ud2") { fault = name; fault_offset = at - start[name] }
		if ($2 ~ /^call/) after_call = 1
		last = at + 1
	}
	END {
		if (!(name in size)) size[name] = last - start[name]
		printf "FAULT=%s+0x%x/0x%x\nCALLER=%s+0x%x/0x%x\n", fault, fault_offset, size[fault], caller, caller_offset, size[caller]
	}'
