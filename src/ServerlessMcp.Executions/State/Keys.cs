using System.Globalization;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>The key families that this project owns (design: one table).</summary>
public static class Keys
{
    public const string OpenPartition = "OPEN#0";

    public static TableKey Plan(string planId) => new($"PLAN#{planId}", "PLAN");

    public static TableKey Preview(string planId) => new($"PLAN#{planId}", "PREVIEW");

    public static string Execution(string executionId) => $"EXEC#{executionId}";

    public static TableKey Meta(string executionId) => new(Execution(executionId), "META");

    public static TableKey Step(string executionId, int index) =>
        new(Execution(executionId), string.Create(CultureInfo.InvariantCulture, $"STEP#{index:000}"));

    /// <summary>Sorts by time; the suffix keeps two of one millisecond apart.</summary>
    public static TableKey Event(string executionId, DateTimeOffset at, string suffix) =>
        new(Execution(executionId), string.Create(CultureInfo.InvariantCulture, $"EVENT#{at.ToUnixTimeMilliseconds():0000000000000}.{suffix}"));

    public static TableKey Gate(string executionId, int number) => new(Execution(executionId), $"GATE#{number}");

    public static TableKey GateWait(string executionId, int number) => new(Execution(executionId), $"WAIT#{number}");

    public static TableKey Cancel(string executionId) => new(Execution(executionId), "CANCEL");

    /// <summary>Which execution takes this one back.</summary>
    public static TableKey UndoneBy(string executionId) => new(Execution(executionId), "UNDONE");

    /// <summary>What tries this one again.</summary>
    public static TableKey Retry(string executionId) => new(Execution(executionId), "RETRY");

    public static TableKey Open(string executionId) => new(OpenPartition, executionId);

    /// <summary>Looks for late effects, the earliest first.</summary>
    public const string LatePartition = "SWEEP#0";

    public static string LateDue(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds():00000000000}~");

    public static TableKey Late(DateTimeOffset dueAt, string executionId) =>
        new(LatePartition, string.Create(CultureInfo.InvariantCulture, $"{dueAt.ToUnixTimeSeconds():00000000000}#{executionId}"));

    public const string ProblemPointers = "PROBLEM#";

    public static TableKey Problem(string fingerprint) => new($"PROBLEM#{fingerprint}", "META");

    public static TableKey ProblemPointer(string executionId, string fingerprint) => new(Execution(executionId), ProblemPointers + fingerprint);

    /// <summary>The index that lists problems by the time of their opening.</summary>
    public static TableKey ProblemIndex(bool isOpen, DateTimeOffset openedAt, string fingerprint) => new(
        isOpen ? "PROBLEMS#open" : "PROBLEMS#closed",
        $"{openedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}#{fingerprint}");

    public static TableKey Lock(string resource) => new($"LOCK#{resource}", "META");

    public static TableKey Idempotency(string principal, string key) => new($"IDEM#{principal}#{key}", "META");

    /// <summary>The index that lists an owner's executions by time.</summary>
    public static TableKey OwnerIndex(string owner, DateTimeOffset createdAt, string executionId) =>
        new(OwnerPartition(owner), $"{createdAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}#{executionId}");

    public static string OwnerPartition(string owner) => $"OWNER#{owner}";
}
