"""Calls a function of a Python file with each delivery and prints the results.

python3 run_cases.py FILE FUNCTION < JSON, a list of {headers, body, secret}
"""

import json
import runpy
import sys

file, function = sys.argv[1:]
verify = runpy.run_path(file)[function]
print(
    json.dumps(
        [
            bool(verify(case["headers"], case["body"].encode(), case["secret"]))
            for case in json.load(sys.stdin)
        ]
    )
)
