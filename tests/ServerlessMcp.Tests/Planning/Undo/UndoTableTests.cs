using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.House;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>docs/undo-table.md says what the undo catalogue holds. <c>SMCP_GOLDEN=write</c> writes it anew.</summary>
public sealed class UndoTableTests
{
    [Fact]
    public void The_table_is_made_from_the_catalogue()
    {
        var made = UndoTable.Write(UndoCatalogue.Load().Entries);
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            File.WriteAllText(Path.Combine(Repository.Root, UndoTable.Path), made);
        }

        Assert.Equal(CommittedFiles.Text(UndoTable.Path), made);
    }
}
