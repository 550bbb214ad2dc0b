"""docs/formats/keys.md is what the program itself says of its keys."""
import os

from command import SOURCE, CommandTest


class Keys(CommandTest):
    def test_the_reference_is_up_to_date(self):
        with open(os.path.join(SOURCE, "docs", "formats", "keys.md")) as f:
            committed = f.read()
        self.assertEqual(committed, self.run_command("schema", "--markdown").stdout,
                         "run: build/release/headroom schema --markdown > docs/formats/keys.md")
