"""The main job on real input: 405B training and the Azure conversation trace served by 70B replicas for one hour."""
import os
import re

from command import LIBRARY, SHARED, CommandTest

MEASURED_STEP_S = 55.143  # MLPerf Training v5.0, Llama 3.1 405B, 512 H100 (NVIDIA Eos), median over three runs


class MainJob(CommandTest):
    def test_one_hour(self):
        self.need_shared()
        trace = os.path.abspath(os.path.join(SHARED, "data", "serving", "traces", "azure_conv.csv"))
        with open(os.path.join(LIBRARY, "main-job.yaml")) as f:
            text, n = re.subn(r"requests: .*", "requests: {trace: %s, format: azure-llm}" % trace, f.read())
        self.assertEqual(n, 1)
        m = self.run_json(self.write("main-job.yaml", text))
        self.assertAlmostEqual(m["workloads.pretrain.step_time"], MEASURED_STEP_S, delta=0.2 * MEASURED_STEP_S)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        self.assertGreater(m["workloads.chat.requests.completed"], 19000)
        self.assertGreater(m["site.power.mean"], 0.4e6)
        self.assertLess(m["site.power.peak"], 2.5e6)
